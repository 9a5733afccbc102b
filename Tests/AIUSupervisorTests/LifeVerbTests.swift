import AIUModel
import AIUSupervisor
import AIUWire
import Synchronization
import Testing

/// Pausing, renaming, copying, protecting, sweeping.
struct LifeVerbTests {
    private static func name(_ text: String) throws -> VMName { try #require(VMName(text)) }

    private func begin(_ requests: CreateVM...) async throws -> (World, Supervisor) {
        let world = World()
        try await world.supervisor.recover()
        for request in requests { _ = try await world.supervisor.create(request) }
        return (world, world.supervisor)
    }

    @Test("a VM is paused and resumed, twice each without a complaint")
    func pausing() async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "x", start: true))
        let x = try Self.name("x")
        for _ in 0..<2 {
            let view = try await supervisor.pause(x)
            #expect(view.record.phase == .paused)
            #expect(view.agent != nil)
        }
        #expect(world.hypervisor.state.withLock { $0.paused.count } == 1)
        let request = OperationRequest.execute(ExecuteRequest(command: ["true"]))
        let refusal = await #expect(throws: Failure.self) { try await supervisor.beginOperation(request, in: x) }
        #expect(refusal?.message.contains("aiu resume x") == true)
        await #expect(throws: Failure.self) { try await supervisor.start(x, within: .seconds(1)) }
        for _ in 0..<2 { #expect(try await supervisor.resume(x).record.phase == .running) }
        #expect(world.hypervisor.state.withLock { $0.paused.isEmpty })
        let kinds = try await supervisor.events(after: 0, limit: 100).map(\.kind)
        #expect(kinds.suffix(2) == [.paused, .resumed])
    }

    @Test("a paused VM stops in order, and its end is seen", arguments: [true, false])
    func endOfPaused(inOrder: Bool) async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "x", start: true))
        let x = try Self.name("x")
        let paused = try await supervisor.pause(x)
        if inOrder {
            #expect(try await supervisor.stop(x, StopVM()).record.phase == .stopped)
            #expect(world.links.state.withLock { $0.orders.count } == 1)
        } else {
            world.hypervisor.end(paused.record.id, .crashed)
            #expect(await world.until { (try? await supervisor.inspect(x).record.phase) == .failed })
        }
        #expect(world.links.state.withLock { $0.open.isEmpty })
    }

    @Test("a pause that hangs is joined, keeps others out, and gives way to force")
    func hangingPause() async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "x", start: true))
        let x = try Self.name("x")
        let gate = Gate()
        world.hypervisor.beforePause.withLock { $0 = { await gate.wait() } }
        let first = Task { try await supervisor.pause(x) }
        #expect(await world.until { gate.isWaitedFor })
        let second = Task { try await supervisor.pause(x) }
        for refused in [
            await #expect(throws: Failure.self) { _ = try await supervisor.resume(x) },
            await #expect(throws: Failure.self) { _ = try await supervisor.stop(x, StopVM()) },
            await #expect(throws: Failure.self) { _ = try await supervisor.clone(x, CloneVM(live: true)) },
        ] { #expect(refused?.reason == .busy) }
        #expect(try await supervisor.stop(x, StopVM(force: true)).record.phase == .stopped)
        gate.open()
        await #expect(throws: Failure.self) { try await first.value }
        await #expect(throws: Failure.self) { try await second.value }
        #expect(try await supervisor.inspect(x).record.phase == .stopped)
        #expect(try await supervisor.events(after: 0, limit: 100).last?.kind == .stopped)
    }

    @Test("a machine that the host's full disk holds is paused and goes on when told")
    func stalled() async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "x", start: true))
        let x = try Self.name("x")
        world.hypervisor.stall(try await supervisor.inspect(x).record.id)
        #expect(await world.until { (try? await supervisor.inspect(x).record.phase) == .paused })
        #expect(try await supervisor.events(after: 0, limit: 100).last?.detail?.contains("disk is full") == true)
        #expect(try await supervisor.resume(x).record.phase == .running)
    }

    @Test("a rename frees the former name")
    func renaming() async throws {
        let (_, supervisor) = try await begin(CreateVM(name: "x", start: true))
        let (x, y) = (try Self.name("x"), try Self.name("y"))
        #expect(try await supervisor.rename(x, to: x).record.name == x)
        #expect(try await supervisor.rename(x, to: y).record.phase == .running)
        await #expect(throws: Failure.self) { try await supervisor.inspect(x) }
        _ = try await supervisor.create(CreateVM(name: "x"))
        #expect(await supervisor.list().map(\.record.name) == [x, y])
    }

    @Test("a clone has the disk, the configuration and the labels, and a life of its own", arguments: [false, true])
    func cloning(live: Bool) async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "x", labels: ["team": "docs"], start: live))
        let source = try await supervisor.inspect(try Self.name("x")).record
        let copy = try await supervisor.clone(source.name, CloneVM(name: "y", live: live)).record
        #expect(copy.phase == .stopped)
        #expect(copy.id != source.id && copy.contextID != source.contextID)
        #expect(copy.configuration == source.configuration && copy.labels == source.labels)
        #expect(world.images.disks.withLock { $0[copy.id] == $0[source.id] })
        #expect(world.hypervisor.state.withLock { $0.paused.isEmpty })
        #expect(try await supervisor.inspect(source.name).record == source)
        #expect(try await supervisor.start(copy.name, within: .seconds(5)).record.phase == .running)
    }

    @Test("while a disk is copied nobody starts, stops or deletes its VM")
    func copying() async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "x"))
        let x = try Self.name("x")
        let gate = Gate()
        world.images.beforeCopy.withLock { $0 = { await gate.wait() } }
        let clone = Task { try await supervisor.clone(x, CloneVM(name: "y")) }
        #expect(await world.until { gate.isWaitedFor })
        let start = await #expect(throws: Failure.self) { try await supervisor.start(x, within: .seconds(1)) }
        #expect(start?.reason == .busy)
        let delete = await #expect(throws: Failure.self) { try await supervisor.delete(x, DeleteVM(force: true)) }
        #expect(delete?.reason == .busy)
        // The name of a clone is taken from its beginning.
        let taken = await #expect(throws: Failure.self) { try await supervisor.create(CreateVM(name: "y")) }
        #expect(taken?.reason == .conflict)
        gate.open()
        #expect(try await clone.value.record.phase == .stopped)
        #expect(try await supervisor.start(x, within: .seconds(5)).record.phase == .running)
    }

    @Test("a copy that fails leaves nothing, and the machine runs on")
    func brokenClone() async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "x", start: true))
        world.images.refusal.withLock { $0 = Failure(.noSpace, "full") }
        let failure = await #expect(throws: Failure.self) {
            try await supervisor.clone(try Self.name("x"), CloneVM(name: "y", live: true))
        }
        #expect(failure?.reason == .noSpace)
        #expect(await supervisor.list().count == 1)
        #expect(world.store.state.withLock { $0.records.count } == 1)
        #expect(world.hypervisor.state.withLock { $0.paused.isEmpty })
    }

    @Test("labels are set and taken away; what is as asked is not written again")
    func updating() async throws {
        let (_, supervisor) = try await begin(CreateVM(name: "x", labels: ["a": "1"]))
        let x = try Self.name("x")
        let change = UpdateVM(protected: true, labels: ["b": "2"], removedLabels: ["a"])
        for _ in 0..<2 {
            let record = try await supervisor.update(x, change).record
            #expect(record.labels.values == ["b": "2"])
            #expect(record.protected)
        }
        #expect(try await supervisor.events(after: 0, limit: 100).count { $0.kind == .updated } == 1)
    }

    @Test("what is swept is shown first, and what may not go stays with its reason")
    func pruning() async throws {
        let (world, supervisor) = try await begin(CreateVM(name: "gone"), CreateVM(name: "kept", start: true))
        try await supervisor.delete(try Self.name("gone"), DeleteVM())
        let kept = try await supervisor.update(try Self.name("kept"), UpdateVM(protected: true))
        world.hypervisor.end(kept.record.id, .crashed)
        #expect(await world.until { (try? await supervisor.inspect(kept.record.name).record.phase) == .failed })
        world.images.surplus.withLock { $0 = ([FakeImages.base.digest, "old"], ["layout-1"]) }
        let stray = try #require(VMID("0000000000ff"))
        world.images.disks.withLock { $0[stray] = [] }
        var request = PruneSystem(deleted: true, failed: true, images: true, stamps: true, strays: true, dryRun: true)
        let shown = try await supervisor.prune(request)
        #expect(shown.items.map(\.name) == ["gone", "kept", "old", "layout-1", stray.text])
        #expect(await supervisor.deletedVMs().count == 1)
        request.dryRun = false
        let done = try await supervisor.prune(request)
        #expect(done.items.map(\.name) == shown.items.map(\.name))
        #expect(done.items.filter { $0.problem != nil }.map(\.name) == ["kept"])
        #expect(await supervisor.deletedVMs().isEmpty)
        #expect(world.images.disks.withLock { Set($0.keys) } == [kept.record.id])
        #expect(world.images.surplus.withLock { $0.images } == [FakeImages.base.digest])
        #expect(try await supervisor.prune(PruneSystem()).items.isEmpty)
    }

    @Test("a profile is a preset of one's own; what is built in comes first")
    func profiles() async throws {
        let (_, supervisor) = try await begin()
        let quick = try #require(ProfileName("quick"))
        let profile = Profile(name: quick, configuration: #"{"resources": {"cpu_cores": 3}, "timezone": "Asia/Tokyo"}"#)
        for _ in 0..<2 { _ = try await supervisor.setProfile(profile) }
        #expect(try await supervisor.profiles() == [profile])
        let made = try await supervisor.create(CreateVM(name: "x", preset: "quick"))
        #expect(made.record.resources.processors == 3)
        #expect(made.record.configuration.contains("Asia/Tokyo"))
        try await supervisor.deleteProfile(quick)
        await #expect(throws: Failure.self) { try await supervisor.deleteProfile(quick) }
        // A VM that was made of it stays as it is.
        #expect(try await supervisor.inspect(made.record.name).record.configuration.contains("Asia/Tokyo"))
    }
}
