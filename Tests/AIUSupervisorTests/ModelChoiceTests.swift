import AIUModel
import AIUSupervisor
import AIUWire
import Synchronization
import Testing

@Suite("models for VMs")
struct ModelChoiceTests {
    private func name(_ text: String) throws -> ModelName { try #require(ModelName(text)) }

    private func vm(_ text: String) throws -> VMName { try #require(VMName(text)) }

    private func recovered() async throws -> (World, Supervisor) {
        let world = World()
        try await world.supervisor.recover()
        return (world, world.supervisor)
    }

    private func add(_ digit: Character, as text: String, for role: ModelRole? = nil, in world: World) async throws {
        let archives = world.archives
        archives.upload.withLock { $0 = Array(String(digit).utf8) }
        let before = archives.answers.withLock { $0.count }
        _ = try await world.supervisor.beginAdding(AddModel(name: try name(text), role: role))
        #expect(await world.until { archives.answers.withLock { $0.count } > before })
    }

    private func given(_ world: World) -> [[String]] {
        world.hypervisor.state.withLock { state in
            state.models.map { disks in
                disks.map { "\($0.path) \($0.model.name) \($0.model.roles.joined(separator: "+"))" }
            }
        }
    }

    @Test("come at the start: the host's, and instead of them those of the configuration")
    func start() async throws {
        let (world, supervisor) = try await recovered()
        try await add("a", as: "one", for: .reasoning, in: world)
        try await add("b", as: "two", in: world)
        _ = try await supervisor.create(CreateVM(name: "plain", configuration: #"{"resources":{"ram":"1GB"}}"#))
        let models = #"{"reasoning":"two","creative":"two","analysis":"one","router":"aiu-router"}"#
        _ = try await supervisor.create(
            CreateVM(
                name: "own",
                configuration: #"{"resources":{"ram":"1GB"},"custom_parameters":{"models":\#(models)}}"#))
        for name in ["plain", "own"] { _ = try await supervisor.start(try vm(name), within: .seconds(5)) }
        #expect(
            given(world) == [
                ["/models/aaaaaaaaaaaa one reasoning"],
                ["/models/aaaaaaaaaaaa one analysis", "/models/bbbbbbbbbbbb two reasoning+creative"],
            ])
        #expect(try await supervisor.inspect(try vm("own")).record.models.map(\.text) == ["one", "two"])
    }

    @Test("that do not fit are refused when somebody asked for them, and left out otherwise")
    func memory() async throws {
        let (world, supervisor) = try await recovered()
        try await add("a", as: "big", for: .reasoning, in: world)
        _ = try await supervisor.create(CreateVM(name: "small", configuration: #"{"resources":{"ram":"128MB"}}"#))
        _ = try await supervisor.start(try vm("small"), within: .seconds(5))
        #expect(given(world) == [[]] && world.log.contain("starts without a model"))
        let wish = #"{"custom_parameters":{"models":{"creative":"big"}}}"#
        let failure = await #expect(throws: Failure.self) {
            try await supervisor.create(CreateVM(name: "no", configuration: wish, memory: .mebibytes(128)))
        }
        #expect(failure?.message.contains("'big' needs about") == true, "\(String(describing: failure))")
        #expect(await supervisor.list().count == 1)
        let change = await #expect(throws: Failure.self) {
            try await supervisor.apply(ApplyConfiguration(changes: wish, dryRun: true), to: try vm("small"))
        }
        #expect(change?.message.contains("'big' needs about") == true)
        // Nor can the memory be taken away from under it.
        _ = try await supervisor.create(
            CreateVM(name: "large", configuration: wish, memory: .gibibytes(1)))
        let less = await #expect(throws: Failure.self) {
            try await supervisor.apply(
                ApplyConfiguration(changes: #"{"resources":{"ram":"128MB"}}"#), to: try vm("large"))
        }
        #expect(less?.message.contains("'big' needs about") == true)
    }

    @Test(
        "that cannot be meant are refused",
        arguments: [
            (#"{"reasonin":"one"}"#, "did you mean 'reasoning'?"), (#"{"reasoning":"onw"}"#, "did you mean 'one'?"),
            (#"{"reasoning":5}"#, "must be a name"), ("7", "must be an object"),
            (#"{"creative":"aiu-router"}"#, "a model of the image"),
        ])
    func refused(models: String, words: String) async throws {
        let world = World()
        try await add("a", as: "one", in: world)
        let failure = await #expect(throws: Failure.self) {
            try await world.supervisor.create(
                CreateVM(name: "box", configuration: #"{"custom_parameters":{"models":\#(models)}}"#))
        }
        #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
        #expect(await world.supervisor.list().isEmpty)
    }

    @Test("whose file is not what it was stop nothing that runs, and are named")
    func damaged() async throws {
        let (world, supervisor) = try await recovered()
        try await add("a", as: "one", for: .creative, in: world)
        _ = try await supervisor.create(CreateVM(name: "box", memory: .gibibytes(1)))
        let box = try vm("box")
        _ = try await supervisor.start(box, within: .seconds(5))
        world.models.state.withLock { $0.damaged = $0.placed }
        let restart = await #expect(throws: Failure.self) {
            try await supervisor.restart(box, StopVM(), within: .seconds(5))
        }
        #expect(restart?.message.contains("its model 'one'") == true)
        #expect(try await supervisor.inspect(box).record.phase == .running)
        _ = try await supervisor.stop(box, StopVM())
        let start = await #expect(throws: Failure.self) { try await supervisor.start(box, within: .seconds(5)) }
        #expect(start?.message.contains("its model 'one'") == true)
        #expect(try await supervisor.inspect(box).record.phase == .stopped)
    }

    @Test("are those that are chosen when their files were looked at, and a choice that never rests starts nothing")
    func changing() async throws {
        let (world, supervisor) = try await recovered()
        try await add("a", as: "one", for: .creative, in: world)
        try await add("b", as: "two", in: world)
        for text in ["once", "always"] {
            _ = try await supervisor.create(CreateVM(name: text, memory: .gibibytes(1)))
        }
        let (one, two) = (try name("one"), try name("two"))
        world.models.state.withLock {
            $0.meanwhile = { () throws(Failure) in _ = try await supervisor.use(two, for: .creative) }
        }
        _ = try await supervisor.start(try vm("once"), within: .seconds(5))
        #expect(given(world) == [["/models/bbbbbbbbbbbb two creative"]])
        #expect(try await supervisor.inspect(try vm("once")).record.models == [two])
        world.models.state.withLock {
            $0.meanwhile = { () throws(Failure) in
                let isOne = try world.models.modelRoles()[.creative] == one
                _ = try await supervisor.use(isOne ? two : one, for: .creative)
            }
        }
        let always = try vm("always")
        let failure = await #expect(throws: Failure.self) { try await supervisor.start(always, within: .seconds(5)) }
        #expect(failure?.reason == .busy && failure?.message.contains("its models are being changed") == true)
        #expect(try await supervisor.inspect(always).record.phase == .stopped && given(world).count == 1)
    }

    @Test("that a VM runs with stay until it stops, whatever was chosen since")
    func running() async throws {
        let (world, supervisor) = try await recovered()
        try await add("a", as: "one", for: .creative, in: world)
        _ = try await supervisor.create(CreateVM(name: "box", memory: .gibibytes(1)))
        let box = try vm("box")
        _ = try await supervisor.start(box, within: .seconds(5))
        _ = try await supervisor.release(try name("one"), from: .creative)
        #expect(try await supervisor.configuration(of: box).waiting == ["custom_parameters.models"])
        let failure = await #expect(throws: Failure.self) { try await supervisor.remove(try name("one")) }
        #expect(failure?.message.contains("'box'") == true)
        _ = try await supervisor.stop(box, StopVM())
        try await supervisor.remove(try name("one"))
        let builtIn = await #expect(throws: Failure.self) {
            try await supervisor.beginAdding(AddModel(name: try name("aiu-router")))
        }
        #expect(builtIn?.reason == .conflict)
    }
}
