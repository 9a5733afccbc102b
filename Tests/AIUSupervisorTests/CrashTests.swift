import AIUModel
import AIUStore
import AIUSupervisor
import Testing

/// Every operation is ended after each of its steps; what the next supervisor makes of it must be whole.
struct CrashTests {
    private func withWorld(_ body: (CrashWorld) async throws -> Void) async throws {
        let world = try CrashWorld()
        defer { world.remove() }
        try await body(world)
    }

    /// The steps of an operation that nothing ends.
    private func steps(of operation: CrashOperation) async throws -> [Step] {
        var steps: [Step] = []
        try await withWorld { world in
            let supervisor = try await world.begin()
            try await operation.before(world, supervisor)
            world.arm(nil)
            try await operation.run(world, supervisor)
            steps = world.steps
        }
        return steps
    }

    @Test("a crash after any step leaves a world that the next supervisor puts right", arguments: CrashOperation.all)
    func everywhere(operation: CrashOperation) async throws {
        let steps = try await steps(of: operation)
        #expect(!steps.isEmpty)
        for fatal in steps.indices {
            let place = "\(operation.testDescription), ended after step \(fatal + 1), \(steps[fatal].rawValue)"
            try await withWorld { world in
                let first = try await world.begin()
                _ = try await first.create(CreateVM(name: "bystander", start: true))
                try await operation.before(world, first)
                let acknowledged = try world.store().allVMs()
                world.arm(fatal + 1)
                // It was ended, so nobody is told how it went.
                try? await operation.run(world, first)
                #expect(world.steps.count >= fatal + 1, "\(place)")
                world.arm(nil)
                let second = try await world.begin()
                let strays: Set<VMID> = [try #require(VMID(CrashOperation.stray))]
                try await world.check(second, strays: strays, place)
                let left = try world.store().allVMs()
                for record in acknowledged where !operation.mayGo.contains(record.name.text) {
                    #expect(left.contains { $0.id == record.id }, "'\(record.name)' is lost: \(place)")
                }
                // Whoever was not answered asks again, and may be told that it is done already.
                try? await operation.run(world, second)
                let third = try await world.begin()
                try await world.check(third, strays: strays, "\(place), asked again")
                let repairs = await third.status().repairs.filter {
                    !$0.hasPrefix("took over") && !$0.contains("folder")
                }
                #expect(repairs.isEmpty, "\(place)")
                #expect(try await third.inspect(try CrashOperation.name("bystander")).record.phase == .running)
            }
        }
    }

    @Test("every step there is belongs to an operation that is tried here")
    func complete() async throws {
        var reached: Set<Step> = []
        for operation in CrashOperation.all { reached.formUnion(try await steps(of: operation)) }
        #expect(Set(Step.allCases).subtracting(reached).isEmpty)
    }
}
