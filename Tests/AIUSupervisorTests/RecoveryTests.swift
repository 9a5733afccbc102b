import AIUModel
import AIUSupervisor
import AIUWire
import Synchronization
import Testing

struct RecoveryTests {
    private static let id = VMID("00000000000a") ?? .random()

    private static func record(_ phase: VMPhase, ephemeral: Bool = false) throws -> VMRecord {
        VMRecord(
            id: Self.id, name: try #require(VMName("x")), ephemeral: ephemeral,
            flavour: "micro", image: "0123456789abcdef",
            resources: VMResources(processors: 1, memory: .mebibytes(128), storage: .gibibytes(1)),
            configuration: "{}", configurationDigest: "d", phase: phase, contextID: 3, created: 0)
    }

    @Test(
        "whatever a crash left is put right",
        arguments: [
            // phase before, machine runs, back end runs → phase after (nil: gone), machine runs after
            (VMPhase.creating, false, false, nil, false),
            (.creating, true, true, nil, false),
            (.deleting, false, false, nil, false),
            (.deleting, true, true, nil, false),
            (.stopped, false, false, .stopped, false),
            (.stopped, true, true, .stopped, false),  // started behind our back
            (.failed, false, false, .failed, false),
            (.running, true, true, .running, true),
            (.running, true, false, .failed, false),  // its back end died meanwhile
            (.running, false, true, .failed, false),  // its machine died meanwhile
            (.starting, true, true, .running, true),
            (.starting, false, false, .failed, false),
            (.stopping, true, true, .running, true),
            (.stopping, false, false, .stopped, false),
            (.paused, true, true, .paused, true),
            (.paused, true, false, .failed, false),
            (.paused, false, false, .failed, false),
            (.deleted, false, false, .deleted, false),
            (.deleted, true, true, .deleted, false),
        ] as [(VMPhase, Bool, Bool, VMPhase?, Bool)])
    func table(before: VMPhase, machine: Bool, backEnd: Bool, after: VMPhase?, machineAfter: Bool) async throws {
        let record = try Self.record(before)
        let world = World(
            records: [record], running: machine ? [record.id] : [], backEnds: backEnd ? [record.id] : [])
        try await world.supervisor.recover()
        let views = await world.supervisor.list() + world.supervisor.deletedVMs()
        #expect(views.first?.record.phase == after)
        #expect(world.hypervisor.state.withLock { $0.running.contains(record.id) } == machineAfter)
        #expect(world.hypervisor.state.withLock { $0.paused.contains(record.id) } == (after == .paused))
        #expect(world.links.state.withLock { $0.open.contains(record.id) } == machineAfter)
        #expect(world.store.state.withLock { $0.records[record.id]?.phase } == after)
    }

    @Test(
        "a machine that ends while it is taken over, or cannot be, leaves a VM that can be started",
        arguments: [true, false])
    func notTakenOver(ends: Bool) async throws {
        let record = try Self.record(.paused)
        let world = World(records: [record], running: [record.id], backEnds: [record.id])
        let refusal = Failure(.internalError, "the machine does not listen")
        world.hypervisor.state.withLock {
            $0.refusedPauses = Array(repeating: (refusal, ends), count: ends ? 1 : 2)
        }
        try await world.supervisor.recover()
        #expect(try await world.supervisor.inspect(record.name).record.phase == .failed)
        _ = try await world.supervisor.start(record.name, within: .seconds(10))
        #expect(try await world.supervisor.inspect(record.name).record.phase == .running)
        #expect(world.hypervisor.state.withLock { $0.running } == [record.id])
    }

    @Test("machines and back ends of nobody are ended, a disk of nobody is left alone")
    func strays() async throws {
        let stray = try #require(VMID("0000000000ff"))
        let world = World(running: [stray], backEnds: [stray])
        world.images.disks.withLock { $0[stray] = [] }
        try await world.supervisor.recover()
        #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
        #expect(world.links.state.withLock { $0.open.isEmpty })
        #expect(world.images.disks.withLock { $0.count } == 1)
        #expect(await world.supervisor.status().repairs.count == 3)
    }

    @Test("an adopted VM is whole again when its agent dials")
    func adopted() async throws {
        let record = try Self.record(.running)
        let world = World(records: [record], running: [record.id], backEnds: [record.id])
        try await world.supervisor.recover()
        #expect(try await world.supervisor.inspect(record.name).agent == nil)
        world.links.say(.hello(record.id, World.hello(digest: "d")))
        let supervisor = world.supervisor
        #expect(await world.until { (try? await supervisor.inspect(record.name).agent) != .some(nil) })
    }

    @Test("whoever needs an agent that is dialling anew waits for it", arguments: ["execute", "ping", "configure"])
    func redialling(verb: String) async throws {
        let world = try await Self.orphaned(patience: .seconds(30))
        let name = try #require(VMName("x"))
        let supervisor = world.supervisor
        let work = Task {
            switch verb {
            case "execute":
                let request = OperationRequest.execute(ExecuteRequest(command: ["true"]))
                _ = try await supervisor.beginOperation(request, in: name)
            case "ping": _ = try await supervisor.ping(name)
            case _:
                let changes = #"{"token_limits": {"response_max": 100}}"#
                _ = try await supervisor.apply(ApplyConfiguration(changes: changes), to: name)
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        world.links.say(.hello(Self.id, World.hello(digest: "d")))
        try await work.value
    }

    @Test("one that does not come is not waited for long")
    func gone() async throws {
        let world = try await Self.orphaned(patience: .milliseconds(50))
        let refusal = await #expect(throws: Failure.self) { try await world.supervisor.ping(try #require(VMName("x"))) }
        #expect(refusal?.reason == .busy)
    }

    @Test("a stop waits for the agent too, so that the guest can end in order; one by force does not")
    func stopWhileRedialling() async throws {
        let name = try #require(VMName("x"))
        for forced in [false, true] {
            let world = try await Self.orphaned(patience: .seconds(30))
            let supervisor = world.supervisor
            let stop = Task { try await supervisor.stop(name, StopVM(timeoutMilliseconds: 30_000)) }
            try await Task.sleep(for: .milliseconds(50))
            if forced {
                _ = try await supervisor.stop(name, StopVM(force: true))
            } else {
                world.links.say(.hello(Self.id, World.hello(digest: "d")))
            }
            #expect(try await stop.value.record.phase == .stopped)
            #expect(world.links.state.withLock { $0.orders.count } == (forced ? 0 : 1))
        }
    }

    private static func orphaned(patience: Duration) async throws -> World {
        let record = try record(.running)
        let world = World(records: [record], running: [id], backEnds: [id], patience: patience)
        try await world.supervisor.recover()
        return world
    }
}
