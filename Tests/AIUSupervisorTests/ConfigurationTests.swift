import AIUModel
import AIUSupervisor
import AIUWire
import Synchronization
import Testing

@Suite("configurations of VMs")
struct ConfigurationTests {
    private let name: VMName

    init() throws { name = try #require(VMName("x")) }

    private func world(guest: World.Guest = .answers, start: Bool = true) async throws -> World {
        let world = World(guest: guest)
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: name.text, start: start))
        return world
    }

    private func record(_ world: World) throws -> VMRecord {
        try #require(world.store.state.withLock { $0.records.values.first })
    }

    /// Fakes tell documents apart by their length.
    private func place(_ length: Int) -> ApplyConfiguration {
        ApplyConfiguration(changes: #"{"location":"\#(String(repeating: "x", count: length))"}"#)
    }

    private func states(_ world: World) async throws -> [String] {
        try await world.supervisor.configurationHistory(of: name, limit: 100).map { "\($0.revision) \($0.state)" }
    }

    private func refusal(
        _ world: World, _ request: ApplyConfiguration, _ reason: Failure.Reason, _ words: String,
        at location: SourceLocation = #_sourceLocation
    ) async {
        let failure = await #expect(throws: Failure.self, sourceLocation: location) {
            try await world.supervisor.apply(request, to: name)
        }
        #expect(failure?.reason == reason, sourceLocation: location)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "-")", sourceLocation: location)
    }

    @Test("a running guest confirms a change, and it is recorded with what was before")
    func live() async throws {
        let world = try await world()
        let former = try record(world)
        let outcome = try await world.supervisor.apply(place(7), to: name)
        #expect(outcome.confirmed && outcome.revision == 2 && !outcome.dryRun)
        #expect(outcome.changes.map(\.field) == ["location"] && outcome.changes.map(\.effect) == [.live])
        let sent = world.links.state.withLock { $0.configured }
        let now = try record(world)
        #expect(sent.map(\.revision) == [2] && sent.first?.document == Array(now.configuration.utf8))
        #expect(now.configurationRevision == 2 && now.configurationOnDisk == now.configurationDigest)
        let history = try await world.supervisor.configurationHistory(of: name, limit: 10)
        #expect(history.map(\.document) == [now.configuration, former.configuration])
        #expect(try await states(world) == ["2 applied", "1 applied"])
        let view = try await world.supervisor.configuration(of: name)
        #expect(view.digestInGuest == view.digest && view.revision == 2 && view.waiting.isEmpty)
        #expect(world.store.state.withLock { $0.events.last?.kind } == .configured)
    }

    @Test("a change that changes nothing is no revision")
    func nothing() async throws {
        let world = try await world()
        let outcome = try await world.supervisor.apply(ApplyConfiguration(changes: "{}"), to: name)
        #expect(outcome.changes.isEmpty && outcome.revision == 1 && outcome.confirmed)
        #expect(world.links.state.withLock { $0.configured.isEmpty })
    }

    @Test("a dry run only tells")
    func dryRun() async throws {
        let world = try await world()
        let former = try record(world)
        let outcome = try await world.supervisor.apply(
            ApplyConfiguration(
                changes: #"{"tools":[],"resources":{"ram":"1GB","storage":"1GB"}}"#, dryRun: true), to: name)
        #expect(outcome.dryRun && !outcome.confirmed && outcome.revision == 1)
        #expect(outcome.changes.map(\.effect) == [.needsRestart, .refused, .live])
        #expect(try record(world) == former)
        #expect(world.links.state.withLock { $0.configured.isEmpty })
    }

    @Test("what the guest refuses is undone and stays in the history")
    func refused() async throws {
        let world = try await world()
        let former = try record(world)
        world.links.state.withLock { $0.refusal = "no time zone \u{1B}[2J'Mars'" }
        await refusal(world, place(7), .invalid, "the guest refuses it: no time zone  [2J'Mars'; nothing is changed")
        #expect(try record(world) == former)
        #expect(try await states(world) == ["2 refused", "1 applied"])
        #expect(world.store.state.withLock { $0.events.last?.kind } == .configurationRefused)
        world.links.state.withLock { $0.refusal = nil }
        // The number of a refused revision is not used again.
        #expect(try await world.supervisor.apply(place(8), to: name).revision == 3)
        #expect(try await states(world) == ["3 applied", "2 refused", "1 applied"])
    }

    @Test("a guest that does not answer gets the former document again")
    func silent() async throws {
        let world = try await world()
        let former = try record(world)
        world.links.state.withLock { $0.configureFailure = Failure(.timedOut, "no answer") }
        await refusal(world, place(7), .timedOut, "no answer; nothing is changed")
        world.links.state.withLock { $0.configureFailure = nil }
        #expect(try record(world) == former)
        // As a new connection of an agent that took the document over after all.
        world.links.say(.hello(former.id, World.hello(digest: "something else")))
        #expect(
            await world.until {
                world.links.state.withLock { $0.configured.last?.document } == Array(former.configuration.utf8)
            })
        let supervisor = world.supervisor
        #expect(
            await world.until {
                (try? await supervisor.configuration(of: name).digestInGuest) == former.configurationDigest
            })
    }

    @Test("of two who change the same revision the second is told; wrong requests change nothing")
    func conflicts() async throws {
        let world = try await world()
        var request = place(7)
        request.expectedRevision = 1
        _ = try await world.supervisor.apply(request, to: name)
        await refusal(world, request, .conflict, "at revision 2, not 1")
        let former = try record(world)
        await refusal(world, ApplyConfiguration(), .invalid, "say one of")
        await refusal(world, ApplyConfiguration(document: "{}", changes: "{}"), .invalid, "say one of")
        await refusal(world, ApplyConfiguration(document: "{"), .invalid, "line 1")
        await refusal(world, ApplyConfiguration(changes: #"{"toolz":[]}"#), .invalid, "did you mean `tools`?")
        await refusal(world, ApplyConfiguration(rollbackTo: 9), .notFound, "no revision 9")
        await refusal(
            world, ApplyConfiguration(changes: #"{"resources":{"storage":"1GB"}}"#), .invalid, "never shrinks")
        #expect(try record(world) == former)
    }

    @Test("a rollback is an apply of what was")
    func rollback() async throws {
        let world = try await world()
        let first = try record(world)
        _ = try await world.supervisor.apply(place(7), to: name)
        let outcome = try await world.supervisor.apply(ApplyConfiguration(rollbackTo: 1), to: name)
        #expect(outcome.revision == 3 && outcome.confirmed)
        #expect(try record(world).configuration == first.configuration)
        let history = try await world.supervisor.configurationHistory(of: name, limit: 1)
        #expect(history.map(\.note) == ["as in revision 1"])
    }

    @Test("a whole document replaces everything; what it does not name is the default")
    func document() async throws {
        let world = try await world()
        _ = try await world.supervisor.apply(place(7), to: name)
        _ = try await world.supervisor.apply(ApplyConfiguration(document: #"{"tools":[]}"#), to: name)
        let config = try AIUConfig.parse(Array(try record(world).configuration.utf8))
        #expect(config.tools == [] && config.location == "")
    }

    @Test("resources wait for the restart: the machine and the disk follow then")
    func resources() async throws {
        let world = try await world()
        let outcome = try await world.supervisor.apply(
            ApplyConfiguration(changes: #"{"resources":{"ram":"1GB","cpu_cores":2,"storage":"8GB"}}"#), to: name)
        #expect(outcome.confirmed && Set(outcome.changes.map(\.effect)) == [.needsRestart])
        #expect(try await states(world) == ["2 waiting", "1 applied"])
        let waiting = try await world.supervisor.configuration(of: name).waiting
        #expect(waiting == ["resources.ram", "resources.cpu_cores", "resources.storage"])
        let id = try record(world).id
        #expect(try record(world).resources.memory == .mebibytes(256))
        #expect(world.images.sizes.withLock { $0[id] } == nil)
        _ = try await world.supervisor.restart(name, StopVM(), within: .seconds(5))
        #expect(
            try record(world).resources
                == VMResources(processors: 2, memory: .gibibytes(1), storage: .gibibytes(8)))
        #expect(world.images.sizes.withLock { $0[id] } == .gibibytes(8))
        #expect(try await states(world) == ["2 applied", "1 applied"])
        #expect(try await world.supervisor.configuration(of: name).waiting.isEmpty)
    }

    @Test("growth that waits may be taken back before the restart")
    func growthTakenBack() async throws {
        let world = try await world()
        _ = try await world.supervisor.apply(
            ApplyConfiguration(changes: #"{"resources":{"storage":"8GB"}}"#), to: name)
        _ = try await world.supervisor.apply(ApplyConfiguration(rollbackTo: 1), to: name)
        #expect(try await world.supervisor.configuration(of: name).waiting.isEmpty)
        #expect(try await states(world) == ["3 applied", "2 applied", "1 applied"])
    }

    @Test("a stopped VM's disk gets the document, which waits for the start")
    func stopped() async throws {
        let world = try await world(start: false)
        let outcome = try await world.supervisor.apply(place(7), to: name)
        #expect(outcome.changes.map(\.effect) == [.atNextStart] && !outcome.confirmed)
        let now = try record(world)
        #expect(world.images.disks.withLock { $0[now.id] } == Array(now.configuration.utf8))
        #expect(now.configurationOnDisk == now.configurationDigest)
        #expect(try await states(world) == ["2 waiting", "1 applied"])
        _ = try await world.supervisor.start(name, within: .seconds(5))
        #expect(try await states(world) == ["2 applied", "1 applied"])
        #expect(world.links.state.withLock { $0.configured.isEmpty })
    }

    @Test("a disk that cannot be written is no obstacle: the guest is told when it is up")
    func unwritableDisk() async throws {
        let world = try await world(guest: .wrongDigest, start: false)
        world.images.refusal.withLock { $0 = Failure(.unavailable, "no libguestfs") }
        _ = try await world.supervisor.apply(place(7), to: name)
        #expect(try record(world).configurationOnDisk != record(world).configurationDigest)
        _ = try await world.supervisor.start(name, within: .seconds(5))
        let now = try record(world)
        #expect(world.links.state.withLock { $0.configured.last?.document } == Array(now.configuration.utf8))
        #expect(now.configurationOnDisk == now.configurationDigest)
        #expect(try await states(world) == ["2 applied", "1 applied"])
    }

    @Test("a guest that comes up with another document and will not take its own does not start")
    func strange() async throws {
        let world = try await world(guest: .wrongDigest, start: false)
        world.links.state.withLock { $0.refusal = "no" }
        let failure = await #expect(throws: Failure.self) {
            try await world.supervisor.start(name, within: .seconds(5))
        }
        #expect(failure?.reason == .damaged)
        #expect(failure?.message.contains("could not be put right") == true)
        #expect(try record(world).phase == .failed)
    }

    @Test(
        "an apply that a crash cut off is settled when the guest is back",
        arguments: [(true, "2 applied"), (false, "2 refused")])
    func interrupted(takes: Bool, state: String) async throws {
        let world = try await world()
        var pending = try record(world)
        let former = pending
        let revision = ConfigurationRevision(
            revision: 2, time: 0, state: .pending, document: former.configuration + " ",
            digest: "digest-\(former.configuration.utf8.count + 1)")
        pending.configuration = revision.document
        pending.configurationDigest = revision.digest
        pending.configurationRevision = 2
        // What the crash left: the row of a running VM, and a guest that was never asked.
        let after = World(records: [former], running: [former.id], backEnds: [former.id])
        try after.store.save(revision, with: pending)
        after.links.state.withLock { $0.refusal = takes ? nil : "no" }
        try await after.supervisor.recover()
        after.links.say(.hello(former.id, World.hello(digest: former.configurationDigest)))
        #expect(await after.until { (try? await states(after).first) == state })
        let now = try record(after)
        #expect(now.configuration == (takes ? pending : former).configuration)
        #expect(now.configurationRevision == (takes ? 2 : 1))
    }

    @Test("an apply that a crash cut off at rest holds, and waits")
    func interruptedAtRest() async throws {
        let world = try await world(start: false)
        var pending = try record(world)
        let revision = ConfigurationRevision(
            revision: 2, time: 0, state: .pending, document: pending.configuration, digest: pending.configurationDigest)
        let after = World(records: [pending])
        pending.configurationRevision = 2
        try after.store.save(revision, with: pending)
        try await after.supervisor.recover()
        #expect(try await states(after) == ["2 waiting", "1 applied"])
    }

    @Test("who cannot be asked cannot be changed")
    func unreachable() async throws {
        let world = try await world()
        let id = try record(world).id
        _ = try await world.supervisor.pause(name)
        await refusal(world, place(7), .conflict, "is paused")
        _ = try await world.supervisor.resume(name)
        world.links.say(.lost(id, inOrder: false))
        let supervisor = world.supervisor
        #expect(await world.until { (try? await supervisor.configuration(of: name).digestInGuest) == nil })
        await refusal(world, place(7), .busy, "not connected")
        #expect(try await states(world) == ["1 applied"])
    }
}
