import AIUModel
import AIUSupervisor
import AIUWire
import Testing

@Suite("An agent that says nothing any more")
struct SilenceTests {
    private static let request = OperationRequest.execute(ExecuteRequest(command: ["true"]))
    private static let beat = Heartbeat(
        uptimeMilliseconds: 1, memoryTotal: 1, memoryAvailable: 1, load: 0, processes: 1, diskTotal: 1, diskFree: 1)
    /// As many looks as a silent agent is given.
    private static let enough = 10

    private let world = World()
    private var supervisor: Supervisor { world.supervisor }

    private func launch() async throws -> VMRecord {
        try await supervisor.recover()
        return try await supervisor.create(CreateVM(name: "x", start: true)).record
    }

    private func isSilent(_ vm: VMRecord) async throws -> Bool? { try await supervisor.inspect(vm.name).agent?.silent }

    private func kinds() async throws -> [VMEvent.Kind] {
        try await supervisor.events(after: 0, limit: 100).map(\.kind)
    }

    /// Lets so many looks pass; what is seen of the last one is seen of all.
    private func look(_ times: Int) async {
        for _ in 0..<times { world.looks.yield() }
        // A look takes no time but a turn of the actors'.
        await settle()
    }

    private func settle() async { try? await Task.sleep(for: .milliseconds(100)) }  // a cancelled wait only ends sooner

    @Test(
        "is lost after its time, told of once, refused at once, and back with its next word", arguments: [true, false])
    func lostAndBack(byHeartbeat: Bool) async throws {
        let vm = try await launch()
        await look(Self.enough - 1)
        #expect(try await isSilent(vm) == false)
        await look(1)
        #expect(try await isSilent(vm) == true)
        #expect(world.log.contain("said nothing for 30.0 seconds"))
        await look(3 * Self.enough)
        #expect(try await kinds().suffix(1) == [.agentLost])
        let began = ContinuousClock.now
        let refusal = await #expect(throws: Failure.self) {
            try await supervisor.beginOperation(Self.request, in: vm.name)
        }
        #expect(refusal == .silentAgent(of: vm.name))
        #expect(await #expect(throws: Failure.self) { try await supervisor.ping(vm.name) }?.reason == .unavailable)
        #expect(.now - began < .seconds(2))
        world.links.say(byHeartbeat ? .heartbeat(vm.id, Self.beat) : .heard(vm.id))
        #expect(await world.until { (try? await isSilent(vm)) == false })
        #expect(try await kinds().suffix(2) == [.agentLost, .agentBack])
        #expect(try await supervisor.beginOperation(Self.request, in: vm.name) == 42)
    }

    @Test("that dials anew is back, and its former connection is not lost a second time")
    func redials() async throws {
        let vm = try await launch()
        await look(Self.enough)
        world.links.say(.lost(vm.id, inOrder: false))
        world.links.say(.hello(vm.id, World.hello(digest: vm.configurationDigest)))
        #expect(await world.until { (try? await kinds().last) == .agentBack })
        #expect(try await kinds().filter { $0 == .agentLost }.count == 1)
        #expect(try await isSilent(vm) == false)
    }

    @Test("is given its whole time again after each word and after each pause")
    func startsAnew() async throws {
        let vm = try await launch()
        await look(Self.enough - 1)
        world.links.say(.heartbeat(vm.id, Self.beat))
        await settle()
        await look(Self.enough - 1)
        _ = try await supervisor.pause(vm.name)
        await look(3 * Self.enough)
        #expect(try await isSilent(vm) == false)
        _ = try await supervisor.resume(vm.name)
        await look(Self.enough - 1)
        #expect(try await isSilent(vm) == false)
        await look(1)
        #expect(try await isSilent(vm) == true)
        // Held, it cannot come back by itself, and it is not whole either.
        _ = try await supervisor.pause(vm.name)
        await look(1)
        _ = try await supervisor.resume(vm.name)
        #expect(try await isSilent(vm) == true)
    }

    @Test("does not make the wall clock's jumps a silence")
    func clock() async throws {
        let vm = try await launch()
        await look(1)
        world.clock.advance(.seconds(1_000_000))
        await look(1)
        world.clock.advance(.seconds(-2_000_000))
        await look(1)
        #expect(try await isSilent(vm) == false)
    }

    @Test("is forgotten with its machine: the next start begins anew")
    func restarted() async throws {
        let vm = try await launch()
        await look(Self.enough)
        #expect(try await supervisor.restart(vm.name, StopVM(), within: .seconds(5)).agent?.silent == false)
        await look(Self.enough - 1)
        #expect(try await isSilent(vm) == false)
    }

    @Test("is asked for its assistant only when its image has one")
    func assistant() async throws {
        let vm = try await launch()
        let request = OperationRequest.assist(.tools())
        let refusal = await #expect(throws: Failure.self) { try await supervisor.beginOperation(request, in: vm.name) }
        #expect(refusal == .noAssistant(in: vm.name) && refusal?.reason == .unsupported)
        var hello = World.hello(digest: vm.configurationDigest)
        hello.features = [WireProtocol.assistFeature]
        world.links.say(.hello(vm.id, hello))
        #expect(await world.until { (try? await supervisor.beginOperation(request, in: vm.name)) == 42 })
    }
}
