import AIUModel
import AIUSupervisor
import Synchronization
import Testing

@Suite("models")
struct ModelTests {
    private func name(_ text: String) throws -> ModelName { try #require(ModelName(text)) }

    /// Sends a model whose digest is this digit; what the client is told.
    private func add(
        _ digit: Character, as text: String, for role: ModelRole? = nil, in world: World
    ) async throws -> FakeArchives.Answer? {
        let archives = world.archives
        archives.upload.withLock { $0 = Array(String(digit).utf8) }
        let before = archives.answers.withLock { $0.count }
        _ = try await world.supervisor.beginAdding(AddModel(name: try name(text), role: role))
        #expect(await world.until { archives.answers.withLock { $0.count } > before })
        return archives.answers.withLock { $0.last }
    }

    private func accepted(_ answer: FakeArchives.Answer?) -> Bool {
        if case .accepted = answer { true } else { false }
    }

    @Test("come, are chosen, are told of, and go")
    func life() async throws {
        let world = World()
        let supervisor = world.supervisor
        #expect(accepted(try await add("a", as: "small", for: .router, in: world)))
        #expect(accepted(try await add("b", as: "big", in: world)))
        #expect(try await supervisor.models().map(\.record.name.text) == ["big", "small"])
        #expect(try await supervisor.model(try name("small")).roles == [.router])
        #expect(try await supervisor.use(try name("big"), for: .router).roles == [.router])
        #expect(try await supervisor.use(try name("big"), for: .router).roles == [.router])
        #expect(try await supervisor.model(try name("small")).roles.isEmpty)
        #expect(try await supervisor.usage().models == .mebibytes(202))
        #expect(try await supervisor.verify(try name("small")).record.size == .mebibytes(101))
        try await supervisor.remove(try name("small"))
        #expect(world.models.state.withLock { $0.placed.count } == 1)
        let failure = await #expect(throws: Failure.self) { try await supervisor.remove(try name("big")) }
        #expect(failure?.reason == .conflict && failure?.message.contains("aiu model use router") == true)
        #expect(try await supervisor.release(try name("big"), from: .router).roles.isEmpty)
        try await supervisor.remove(try name("big"))
        #expect(world.models.state.withLock { $0.placed.isEmpty && $0.pending.isEmpty && $0.rows.isEmpty })
        let kinds = world.store.state.withLock { $0.events.map(\.kind) }
        #expect(
            kinds == [
                .modelAdded, .modelUsed, .modelAdded, .modelUsed, .modelRemoved, .modelUsed, .modelRemoved,
            ])
    }

    @Test("of the same file are kept once, until the last name goes")
    func shared() async throws {
        let world = World()
        for text in ["one", "two"] { #expect(accepted(try await add("c", as: text, in: world))) }
        #expect(world.models.state.withLock { $0.placed.count } == 1)
        try await world.supervisor.remove(try name("one"))
        #expect(world.models.state.withLock { $0.placed.count } == 1)
        try await world.supervisor.remove(try name("two"))
        #expect(world.models.state.withLock { $0.placed.isEmpty })
    }

    @Test("that a VM wants stay, also while the VM is deleted and kept")
    func wanted() async throws {
        let world = World()
        #expect(accepted(try await add("a", as: "writer", in: world)))
        _ = try await world.supervisor.create(
            CreateVM(name: "box", configuration: #"{"custom_parameters": {"models": {"creative": "writer"}}}"#))
        #expect(try await world.supervisor.model(try name("writer")).vms.map(\.text) == ["box"])
        for step in 0..<2 {
            let failure = await #expect(throws: Failure.self) { try await world.supervisor.remove(try name("writer")) }
            #expect(failure?.message.contains("'box'") == true)
            guard step == 0, let box = VMName("box") else { break }
            try await world.supervisor.delete(box, DeleteVM())
        }
        try await world.supervisor.purge(try #require(VMReference("box")))
        try await world.supervisor.remove(try name("writer"))
    }

    @Test("that cannot be had leave nothing")
    func refused() async throws {
        let world = World()
        let failure = Failure(.noSpace, "no space left")
        world.models.state.withLock { $0.refusal = failure }
        #expect(try await add("a", as: "x", in: world) == .refused(failure))
        world.models.state.withLock { $0.refusal = nil }
        #expect(try await add("z", as: "x", in: world) == .refused(Failure(.invalid, "it is not a GGUF file")))
        world.models.state.withLock { $0.placeRefusal = failure }
        #expect(try await add("a", as: "x", for: .analysis, in: world) == .refused(failure))
        #expect(world.models.state.withLock { $0.rows.isEmpty && $0.roles.isEmpty && $0.pending.isEmpty })
        world.models.state.withLock { $0.placeRefusal = nil }
        #expect(accepted(try await add("a", as: "x", in: world)))
        let taken = await #expect(throws: Failure.self) {
            try await world.supervisor.beginAdding(AddModel(name: try name("x")))
        }
        #expect(taken?.reason == .conflict)
        let unknown = await #expect(throws: Failure.self) { try await world.supervisor.model(try name("xx")) }
        #expect(unknown?.reason == .notFound && unknown?.message.contains("did you mean 'x'") == true)
        world.models.state.withLock { $0.damaged = $0.placed }
        let damaged = await #expect(throws: Failure.self) { try await world.supervisor.verify(try name("x")) }
        #expect(damaged?.reason == .damaged && damaged?.message.hasPrefix("'x': ") == true)
    }

    @Test("without a name go with prune, others never")
    func prune() async throws {
        let world = World()
        #expect(accepted(try await add("a", as: "named", in: world)))
        let stray = try #require(ModelDigest(String(repeating: "e", count: 64)))
        world.models.state.withLock { _ = $0.placed.insert(stray) }
        let dry = try await world.supervisor.prune(PruneSystem(models: true, dryRun: true))
        #expect(dry.items.map(\.name) == [stray.hex] && dry.items.first?.kind == .model)
        #expect(world.models.state.withLock { $0.placed.count } == 2)
        _ = try await world.supervisor.prune(PruneSystem(models: true))
        #expect(world.models.state.withLock { $0.placed.map(\.short) == ["aaaaaaaaaaaa"] && $0.pending.isEmpty })
    }

    @Test("have an estimate of their memory")
    func estimate() async throws {
        let world = World()
        #expect(accepted(try await add("a", as: "m", in: world)))
        let estimate = try await world.supervisor.estimate(try name("m"), contextLength: nil, memory: .mebibytes(128))
        #expect(estimate.contextLength == 2048 && estimate.problem != nil)
        #expect(
            try await world.supervisor.estimate(try name("m"), contextLength: 1, memory: .gibibytes(1)).problem == nil)
    }
}
