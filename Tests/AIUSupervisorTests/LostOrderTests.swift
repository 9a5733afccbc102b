import AIUModel
import AIUSupervisor
import AIUWire
import Synchronization
import Testing

@Suite("configuration orders whose connection ended before their answer")
struct LostOrderTests {
    private static let lost = Failure(.unavailable, "the connection to the agent ended")
    private static let change = ApplyConfiguration(
        changes: #"{"location":"somewhere"}"#, timeoutMilliseconds: 20_000)

    private let name: VMName

    init() throws { name = try #require(VMName("x")) }

    private func world(guest: World.Guest = .answers, start: Bool = true) async throws -> World {
        let world = World(guest: guest)
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: name.text, start: start))
        return world
    }

    /// The first orders are lost with their connections; the guest then lives by `digest` of the document and dials anew.
    private func lose(_ orders: Int, in world: World, digest: @escaping @Sendable ([UInt8]) -> String?) {
        let links = world.links
        links.beforeAnswer.withLock {
            $0 = { id, number, document in
                guard number <= orders else { return nil }
                links.say(.lost(id, inOrder: false))
                if let digest = digest(document) { links.say(.hello(id, World.hello(digest: digest))) }
                return Self.lost
            }
        }
    }

    private func record(_ world: World) throws -> VMRecord {
        try #require(world.store.state.withLock { $0.records.values.first })
    }

    private func states(_ world: World) async throws -> [String] {
        try await world.supervisor.configurationHistory(of: name, limit: 100).map { "\($0.revision) \($0.state)" }
    }

    private func orders(_ world: World) -> [Int] { world.links.state.withLock { $0.configured.map(\.revision) } }

    @Test("the guest had carried it out: its next hello confirms it")
    func applied() async throws {
        let world = try await world()
        lose(1, in: world) { "digest-\($0.count)" }
        let outcome = try await world.supervisor.apply(Self.change, to: name)
        #expect(outcome.confirmed && outcome.revision == 2)
        #expect(orders(world) == [2])
        let now = try record(world)
        #expect(now.configuration.contains("somewhere") && now.configurationOnDisk == now.configurationDigest)
        #expect(try await states(world) == ["2 applied", "1 applied"])
        #expect(world.log.contain("it is in force all the same"))
    }

    @Test("the guest had not: it gets the order once more")
    func notApplied() async throws {
        let world = try await world()
        let former = try record(world).configurationDigest
        lose(1, in: world) { _ in former }
        let outcome = try await world.supervisor.apply(Self.change, to: name)
        #expect(outcome.confirmed && outcome.revision == 2)
        #expect(orders(world) == [2, 2])
        #expect(try await states(world) == ["2 applied", "1 applied"])
        #expect(try await world.supervisor.configuration(of: name).digestInGuest == record(world).configurationDigest)
    }

    @Test("twice lost: nothing is changed, and a guest that carried it out all the same is put right")
    func twice() async throws {
        let world = try await world()
        let former = try record(world)
        lose(2, in: world) { _ in former.configurationDigest }
        let failure = await #expect(throws: Failure.self) {
            try await world.supervisor.apply(Self.change, to: name)
        }
        #expect(failure?.reason == .unavailable)
        #expect(failure?.message.contains("the connection to the agent ended; nothing is changed") == true)
        #expect(orders(world).prefix(2) == [2, 2])
        #expect(try record(world).configuration == former.configuration)
        #expect(try await states(world) == ["2 refused", "1 applied"])
        world.links.say(.hello(former.id, World.hello(digest: "of the lost one")))
        let formerBytes = Array(former.configuration.utf8)
        #expect(await world.until { world.links.state.withLock { $0.configured.last?.document == formerBytes } })
        let supervisor = world.supervisor
        #expect(
            await world.until {
                (try? await supervisor.configuration(of: name).digestInGuest) == former.configurationDigest
            })
    }

    @Test("an agent that does not dial anew is waited for no longer than for an answer")
    func gone() async throws {
        let world = try await world()
        let former = try record(world)
        lose(1, in: world) { _ in nil }
        var request = Self.change
        request.timeoutMilliseconds = 200
        let failure = await #expect(throws: Failure.self) { try await world.supervisor.apply(request, to: name) }
        #expect(failure?.reason == .unavailable && orders(world) == [2])
        #expect(try record(world) == former)
    }

    @Test("whoever stops or pauses the VM meanwhile ends the wait", arguments: [true, false])
    func endedMeanwhile(stop: Bool) async throws {
        let world = try await world()
        let former = try record(world)
        lose(1, in: world) { _ in nil }
        let supervisor = world.supervisor
        let began = ContinuousClock.now
        let name = name
        let change = Task { try await supervisor.apply(Self.change, to: name) }
        #expect(await world.until { orders(world) == [2] })
        if stop {
            _ = try await supervisor.stop(name, StopVM(force: true))
        } else {
            _ = try await supervisor.pause(name)
        }
        let failure = await #expect(throws: Failure.self) { try await change.value }
        #expect(failure?.reason == .conflict)
        #expect(failure?.message.contains("it was \(stop ? "stopped" : "paused") before its guest confirmed") == true)
        #expect(.now - began < .seconds(10))
        #expect(try record(world).configuration == former.configuration)
        #expect(try await states(world) == ["2 refused", "1 applied"])
    }

    @Test("a start that puts its guest's document right goes on with the next connection, or ends with the machine")
    func whileStarting() async throws {
        let world = try await world(guest: .wrongDigest, start: false)
        lose(1, in: world) { _ in "other" }
        _ = try await world.supervisor.start(name, within: .seconds(5))
        let now = try record(world)
        #expect(now.phase == .running && orders(world) == [1, 1])
        _ = try await world.supervisor.stop(name, StopVM(force: true))
        let hypervisor = world.hypervisor
        world.links.beforeAnswer.withLock {
            $0 = { id, _, _ in
                hypervisor.end(id, .crashed)
                return Self.lost
            }
        }
        let began = ContinuousClock.now
        await #expect(throws: Failure.self) { try await world.supervisor.start(name, within: .seconds(5)) }
        #expect(.now - began < .seconds(5) && orders(world) == [1, 1, 1])
        #expect(try record(world).phase == .failed)
    }
}
