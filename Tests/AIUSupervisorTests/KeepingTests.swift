import AIUModel
import AIUSupervisor
import Synchronization
import Testing

/// Deleting, recovering, purging, and the time in between.
struct KeepingTests {
    private static func name(_ text: String) throws -> VMName { try #require(VMName(text)) }
    private static func reference(_ text: String) throws -> VMReference { try #require(VMReference(text)) }

    private func begin() async throws -> (World, Supervisor) {
        let world = World()
        try await world.supervisor.recover()
        return (world, world.supervisor)
    }

    @Test("a deleted VM is out of sight, its name is free, and it comes back with its disk")
    func recovered() async throws {
        let (world, supervisor) = try await begin()
        let x = try Self.name("x")
        let made = try await supervisor.create(CreateVM(name: "x", labels: ["team": "docs"]))
        try await supervisor.delete(x, DeleteVM())
        #expect(await supervisor.list().isEmpty)
        #expect(await supervisor.deletedVMs().map(\.record.name) == [x])
        #expect(world.images.disks.withLock { $0.count } == 1)
        let missing = await #expect(throws: Failure.self) { try await supervisor.inspect(x) }
        #expect(missing?.message.contains("aiu recover x") == true)
        await #expect(throws: Failure.self) { try await supervisor.delete(x, DeleteVM()) }
        await #expect(throws: Failure.self) { try await supervisor.logs(of: x) }
        let logs = try await supervisor.logs(ofDeleted: try Self.reference("x"))
        #expect(logs.agent.allSatisfy { $0.contains(made.record.id.text) })
        await #expect(throws: Failure.self) { try await supervisor.logs(ofDeleted: try Self.reference("y")) }

        _ = try await supervisor.create(CreateVM(name: "x"))
        let taken = await #expect(throws: Failure.self) {
            try await supervisor.recover(try Self.reference(made.record.id.text), as: nil)
        }
        #expect(taken?.reason == .conflict)
        let back = try await supervisor.recover(try Self.reference(made.record.id.text), as: try Self.name("y"))
        #expect(back.record.id == made.record.id)
        #expect(back.record.phase == .stopped)
        #expect(back.record.labels.values == ["team": "docs"])
        #expect(back.record.deleted == nil && back.record.keptUntil == nil)
        // Asked again, nothing happens.
        #expect(try await supervisor.recover(try Self.reference("y"), as: nil) == back)
        #expect(Set(await supervisor.list().map(\.record.contextID)).count == 2)
        #expect(try await supervisor.start(try Self.name("y"), within: .seconds(5)).record.phase == .running)
    }

    @Test("of several deleted VMs of one name the identifier chooses")
    func several() async throws {
        let (_, supervisor) = try await begin()
        var ids: [VMID] = []
        for _ in 0..<2 {
            ids.append(try await supervisor.create(CreateVM(name: "x")).record.id)
            try await supervisor.delete(try Self.name("x"), DeleteVM())
        }
        let failure = await #expect(throws: Failure.self) {
            try await supervisor.recover(try Self.reference("x"), as: nil)
        }
        #expect(failure?.message.contains(ids[0].text) == true)
        try await supervisor.purge(try Self.reference(ids[0].text))
        let again = await #expect(throws: Failure.self) {
            try await supervisor.purge(try Self.reference(ids[0].text))
        }
        #expect(again?.reason == .notFound)
        #expect(try await supervisor.recover(try Self.reference("x"), as: nil).record.id == ids[1])
    }

    @Test("what was kept long enough goes, an hour after that was seen first")
    func sweeping() async throws {
        let (world, supervisor) = try await begin()
        for name in ["early", "late"] { _ = try await supervisor.create(CreateVM(name: name)) }
        try await supervisor.delete(try Self.name("early"), DeleteVM())
        world.clock.pass(.seconds(3600))
        try await supervisor.delete(try Self.name("late"), DeleteVM())
        world.clock.pass(.seconds(7 * 24 * 3600 - 3600))
        #expect(await world.lookAtKept())
        world.clock.pass(.seconds(1800))
        #expect(await world.lookAtKept())
        #expect(await !world.soon { await supervisor.deletedVMs().count < 2 })
        world.clock.pass(.seconds(1800))
        #expect(await world.lookAtKept())
        #expect(await world.until { await supervisor.deletedVMs().map(\.record.name.text) == ["late"] })
        #expect(world.images.disks.withLock { $0.count } == 1)
        #expect(try await supervisor.events(after: 0, limit: 100).last?.kind == .purged)
    }

    @Test("a clock that jumps by years purges nothing, and neither does one that jumps back")
    func jumpingClock() async throws {
        let (world, supervisor) = try await begin()
        _ = try await supervisor.create(CreateVM(name: "x"))
        try await supervisor.delete(try Self.name("x"), DeleteVM())
        let years = Duration.seconds(20 * 365 * 24 * 3600)
        for jump in [years, .zero - years, years, .zero - years] {
            world.clock.advance(jump)
            #expect(await world.lookAtKept())
            world.clock.pass(.seconds(600))
            #expect(await world.lookAtKept())
        }
        #expect(await !world.soon { await supervisor.deletedVMs().isEmpty })
        #expect(world.log.contain("clock jumped"))
        world.clock.pass(.seconds(7200))
        #expect(await world.lookAtKept())
        #expect(await !world.soon { await supervisor.deletedVMs().isEmpty })
        #expect(try await supervisor.recover(try Self.reference("x"), as: nil).record.phase == .stopped)
    }

    @Test(
        "for how long a VM runs does not depend on what the clock is set to", arguments: [3600, -3600, 1_000_000_000])
    func uptime(jump: Int) async throws {
        let (world, supervisor) = try await begin()
        _ = try await supervisor.create(CreateVM(name: "x", start: true))
        world.clock.pass(.seconds(90))
        world.clock.advance(.seconds(jump))
        #expect(try await supervisor.inspect(try Self.name("x")).uptimeMilliseconds == 90_000)
        #expect(await supervisor.status().uptimeMilliseconds == 90_000)
        _ = try await supervisor.stop(try Self.name("x"), StopVM(force: true))
        #expect(try await supervisor.inspect(try Self.name("x")).uptimeMilliseconds == nil)
    }

    @Test("a VM that is asked to be deleted twice at once is deleted once", arguments: [false, true])
    func twice(purge: Bool) async throws {
        let (_, supervisor) = try await begin()
        let x = try Self.name("x")
        _ = try await supervisor.create(CreateVM(name: "x", start: true))
        let request = DeleteVM(force: true, purge: purge)
        let outcomes = await withTaskGroup(of: Failure.Reason?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do throws(Failure) {
                        try await supervisor.delete(x, request)
                        return nil
                    } catch {
                        return error.reason
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Whoever comes when it is all over finds nothing more to delete.
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .notFound } && outcomes.contains(nil))
        let kinds = try await supervisor.events(after: 0, limit: 100).map(\.kind)
        #expect(kinds.count { $0 == .deleted } == 1)
        #expect(await supervisor.deletedVMs().count == (purge ? 0 : 1))
    }

    @Test("a removal that broke can be asked for again")
    func brokenRemoval() async throws {
        let (world, supervisor) = try await begin()
        let x = try Self.name("x")
        _ = try await supervisor.create(CreateVM(name: "x"))
        world.images.removalRefusal.withLock { $0 = Failure(.denied, "read-only") }
        await #expect(throws: Failure.self) { try await supervisor.delete(x, DeleteVM(purge: true)) }
        #expect(try await supervisor.inspect(x).record.phase == .deleting)
        world.images.removalRefusal.withLock { $0 = nil }
        try await supervisor.delete(x, DeleteVM())
        #expect(await supervisor.list().isEmpty)
    }
}
