import AIUModel
import AIUSupervisor
import AIUWire
import Synchronization
import Testing

struct SupervisorTests {
    private static func name(_ text: String) throws -> VMName { try #require(VMName(text)) }

    @Test("a VM is launched, listed, stopped, started again and deleted")
    func wholeLife() async throws {
        let world = World()
        try await world.supervisor.recover()
        let notes = try Self.name("notes")
        let made = try await world.supervisor.create(CreateVM(name: "notes", start: true))
        #expect(made.record.phase == .running)
        #expect(made.agent?.hello.kernel == "6.1")
        #expect(await world.supervisor.list().map(\.record.name) == [notes])
        #expect(try await world.supervisor.stop(notes, StopVM()).record.phase == .stopped)
        #expect(world.links.state.withLock { $0.orders.count } == 1)
        #expect(try await world.supervisor.start(notes, within: .seconds(5)).record.phase == .running)
        try await world.supervisor.delete(notes, DeleteVM(force: true, purge: true))
        #expect(await world.supervisor.list().isEmpty)
        #expect(world.images.disks.withLock { $0.isEmpty })
        #expect(world.store.state.withLock { $0.records.isEmpty })
        #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
        #expect(world.links.state.withLock { $0.open.isEmpty })
    }

    @Test(
        "a request that is wrong is refused with a reason and changes nothing",
        arguments: [
            (CreateVM(name: "Bad Name"), Failure.Reason.invalid),  // outside the alphabet
            (CreateVM(name: "taken"), .conflict),  // two VMs of one name
            (CreateVM(name: "x", flavour: "full"), .unavailable),  // an image that is not installed
            (CreateVM(name: "x", flavour: "../etc"), .invalid),  // a path for a flavour
            (CreateVM(name: "x", preset: "huge"), .invalid),  // no such preset
            (CreateVM(name: "x", configuration: "{"), .invalid),  // malformed JSON
            (CreateVM(name: "x", configuration: #"{"intrnet": true}"#), .invalid),  // a misspelt field
            (CreateVM(name: "x", processors: 0), .invalid),
            (CreateVM(name: "x", processors: 65), .invalid),
            (CreateVM(name: "x", memory: .mebibytes(1)), .invalid),  // too small for the kernel
            (CreateVM(name: "x", storage: .gibibytes(1 << 30)), .invalid),  // more than any disk
        ])
    func refusals(request: CreateVM, reason: Failure.Reason) async throws {
        let world = World()
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: "taken"))
        do {
            _ = try await world.supervisor.create(request)
            Issue.record("it was accepted")
        } catch {
            #expect(error.reason == reason)
            #expect(!error.message.isEmpty)
        }
        #expect(await world.supervisor.list().count == 1)
        #expect(world.images.disks.withLock { $0.count } == 1)
        #expect(world.store.state.withLock { $0.records.count } == 1)
    }

    @Test(
        "a launch whose guest does not come up leaves nothing",
        arguments: [
            (World.Guest.silent, Failure.Reason.timedOut), (.otherProtocol, .unsupported),
            (.panics, .unavailable),
        ])
    func failedLaunch(guest: World.Guest, reason: Failure.Reason) async throws {
        let world = World(guest: guest)
        try await world.supervisor.recover()
        do {
            _ = try await world.supervisor.create(CreateVM(name: "x", start: true, timeoutMilliseconds: 200))
            Issue.record("it came up")
        } catch {
            #expect(error.reason == reason)
        }
        #expect(await world.supervisor.list().isEmpty)
        #expect(world.images.disks.withLock { $0.isEmpty })
        #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
        #expect(world.links.state.withLock { $0.open.isEmpty })
    }

    @Test("a disk that cannot be made takes its row with it")
    func failedDisk() async throws {
        let world = World()
        try await world.supervisor.recover()
        world.images.refusal.withLock { $0 = Failure(.noSpace, "full") }
        await #expect(throws: Failure.self) { try await world.supervisor.create(CreateVM(name: "x")) }
        #expect(world.store.state.withLock { $0.records.isEmpty })
        world.images.refusal.withLock { $0 = nil }
        _ = try await world.supervisor.create(CreateVM(name: "x"))
    }

    @Test("of many starts at once one is done and all are answered; stops as well")
    func twoStarts() async throws {
        let world = World()
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: "x"))
        let x = try Self.name("x")
        let supervisor = world.supervisor
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do {
                        _ = try await supervisor.start(x, within: .seconds(5))
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0 })
        #expect(world.hypervisor.state.withLock { $0.boots } == 1)
        #expect(try await supervisor.inspect(x).record.phase == .running)
        async let first = supervisor.stop(x, StopVM())
        async let second = supervisor.stop(x, StopVM(force: true))
        #expect(try await [first, second].allSatisfy { $0.record.phase == .stopped })
        #expect(try await supervisor.stop(x, StopVM()).record.phase == .stopped)
    }

    @Test("a forced deletion in the middle of a start leaves nothing")
    func deletedWhileStarting() async throws {
        let world = World(guest: .silent)
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: "x"))
        let x = try Self.name("x")
        let supervisor = world.supervisor
        let start = Task { try await supervisor.start(x, within: .seconds(30)) }
        #expect(await world.until { (try? await supervisor.inspect(x).record.phase) == .starting })
        try await supervisor.delete(x, DeleteVM(force: true, purge: true))
        await #expect(throws: Failure.self) { try await start.value }
        #expect(await supervisor.list().isEmpty)
        #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
        #expect(world.links.state.withLock { $0.open.isEmpty })
    }

    @Test("a guest that does not power off is ended by force")
    func stubborn() async throws {
        let world = World()
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: "x", start: true))
        world.links.state.withLock { $0.answersOrders = false }
        let view = try await world.supervisor.stop(try Self.name("x"), StopVM(timeoutMilliseconds: 50))
        #expect(view.record.phase == .stopped)
        #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
    }

    @Test("what counts is whether a machine runs, not what libvirt says about its end", arguments: [true, false])
    func refusedEnd(endsAllTheSame: Bool) async throws {
        let world = World()
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: "x", start: true))
        world.hypervisor.state.withLock { $0.refusedEnds = [(Failure(.internalError, "no reason"), endsAllTheSame)] }
        let view = try await world.supervisor.stop(try Self.name("x"), StopVM(force: true))
        #expect(view.record.phase == .stopped)
        #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
    }

    @Test("a machine that could not be ended is ended before its disk is used or removed", arguments: [true, false])
    func unended(starts: Bool) async throws {
        let world = World()
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: "x", start: true))
        let x = try Self.name("x")
        let refusal = Failure(.internalError, "no reason")
        world.hypervisor.state.withLock { $0.refusedEnds = [(refusal, false), (refusal, false)] }
        await #expect(throws: Failure.self) { try await world.supervisor.stop(x, StopVM(force: true)) }
        #expect(try await world.supervisor.inspect(x).record.phase == .failed)
        #expect(world.hypervisor.state.withLock { $0.running.count } == 1)
        if starts {
            #expect(try await world.supervisor.start(x, within: .seconds(5)).record.phase == .running)
            #expect(world.hypervisor.state.withLock { $0.boots } == 2)
        } else {
            try await world.supervisor.delete(x, DeleteVM(purge: true))
            #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
        }
    }

    @Test(
        "an ending that nobody asked for is seen",
        arguments: [
            (HypervisorEvent.Ending.shutdown, VMPhase.stopped), (.panicked, .failed), (.crashed, .failed),
        ])
    func unexpectedEnd(ending: HypervisorEvent.Ending, phase: VMPhase) async throws {
        let world = World()
        try await world.supervisor.recover()
        let made = try await world.supervisor.create(CreateVM(name: "x", start: true))
        world.hypervisor.end(made.record.id, ending)
        let x = try Self.name("x")
        let supervisor = world.supervisor
        #expect(await world.until { (try? await supervisor.inspect(x).record.phase) == phase })
        #expect(world.links.state.withLock { $0.open.isEmpty })
    }

    @Test(
        "the end of a back end is told by what happened to its machine",
        arguments: [
            (HypervisorEvent.Ending.shutdown, VMPhase.stopped), (nil, .failed),
        ] as [(HypervisorEvent.Ending?, VMPhase)])
    func backEnd(ending: HypervisorEvent.Ending?, phase: VMPhase) async throws {
        let world = World()
        try await world.supervisor.recover()
        let made = try await world.supervisor.create(CreateVM(name: "x", start: true))
        world.links.say(.backEndEnded(made.record.id))
        if let ending { world.hypervisor.end(made.record.id, ending) }
        let x = try Self.name("x")
        let supervisor = world.supervisor
        #expect(await world.until { (try? await supervisor.inspect(x).record.phase) == phase })
        #expect(world.hypervisor.state.withLock { $0.running.isEmpty })
    }

    @Test("an ephemeral VM is gone when it ends by itself, and when it is stopped", arguments: [true, false])
    func ephemeral(byItself: Bool) async throws {
        let world = World()
        try await world.supervisor.recover()
        let made = try await world.supervisor.create(CreateVM(ephemeral: true, start: true))
        if byItself {
            world.hypervisor.end(made.record.id, .shutdown)
        } else {
            _ = try await world.supervisor.stop(made.record.name, StopVM())
        }
        let supervisor = world.supervisor
        #expect(await world.until { await supervisor.list().isEmpty })
        #expect(world.images.disks.withLock { $0.isEmpty })
    }

    @Test("an operation needs a running VM with an agent")
    func operations() async throws {
        let world = World()
        try await world.supervisor.recover()
        let x = try Self.name("x")
        let request = OperationRequest.execute(ExecuteRequest(command: ["true"]))
        await #expect(throws: Failure.self) { try await world.supervisor.beginOperation(request, in: x) }
        let made = try await world.supervisor.create(CreateVM(name: "x", start: true))
        #expect(try await world.supervisor.beginOperation(request, in: x) == 42)
        world.links.say(.lost(made.record.id, inOrder: false))
        let supervisor = world.supervisor
        #expect(await world.until { (try? await supervisor.inspect(x).agent) == .some(nil) })
        await #expect(throws: Failure.self) { try await supervisor.beginOperation(request, in: x) }
    }

    @Test("events come in one unbroken sequence, past and new")
    func events() async throws {
        let world = World()
        try await world.supervisor.recover()
        let stream = try await world.supervisor.eventStream(after: 0)
        _ = try await world.supervisor.create(CreateVM(name: "x", start: true))
        var seen: [VMEvent] = []
        for await event in stream {
            seen.append(event)
            if event.kind == .started { break }
        }
        #expect(seen.map(\.kind) == [.supervisorStarted, .created, .starting, .started])
        #expect(seen.map(\.sequence) == [1, 2, 3, 4])
    }

    @Test("what happens to a machine is known also when the database's disk is full")
    func fullDisk() async throws {
        let world = World()
        try await world.supervisor.recover()
        let name = try #require(VMName("x"))
        let id = try await world.supervisor.create(CreateVM(name: "x", start: true)).record.id
        world.store.state.withLock { $0.refusal = Failure(.noSpace, "its disk is full") }
        world.hypervisor.stall(id)
        #expect(
            await world.until {
                // A VM that is not found is not paused.
                (try? await world.supervisor.inspect(name).record.phase) == .paused
            })
        let full = await #expect(throws: Failure.self) { try await world.supervisor.resume(name) }
        #expect(full?.reason == .noSpace)
        world.store.state.withLock { $0.refusal = nil }
        #expect(try await world.supervisor.resume(name).record.phase == .running)
        #expect(world.hypervisor.state.withLock { $0.paused.isEmpty })
        world.store.state.withLock { $0.refusal = Failure(.noSpace, "its disk is full") }
        world.hypervisor.end(id, .shutdown)
        #expect(
            await world.until {
                // As above.
                (try? await world.supervisor.inspect(name).record.phase) == .stopped
            })
    }
}
