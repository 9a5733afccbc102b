internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUWire

/// `aiu model ls`, `inspect`, `verify`, `rm` and `use`.
struct ModelVerb {
    /// A large model from a slow disk.
    private static let verifyLimit: Duration = .seconds(1800)
    private static let memories: ClosedRange<UInt64> = 1...1 << 50
    private static let contexts: ClosedRange<Int> = 1...2_147_483_648

    private let session: Session

    init(_ session: Session) { self.session = session }

    func list() throws -> Int32 {
        if let name = session.arguments.option("vm") { return try list(in: try session.vmName(name)) }
        try session.limitWaits()
        let body = try session.client.bytes(Calls.models)
        let views: [ModelView] = try Client.decode(from: body, of: Calls.models)
        try session.answer(
            try Client.parse(body, of: Calls.models), names: { views.map(\.record.name.text) },
            table: { ModelTable.render(views, width: session.width, style: session.style) })
        return 0
    }

    /// Those that the engine in a running VM has.
    private func list(in name: VMName) throws -> Int32 {
        let purpose = "asking '\(name)' for its models"
        let runner = try AssistRunner(session, signals: try NewVM.signals())
        let last = try session.progress(purpose) { try runner.ask(.models, in: name, purpose: purpose) }
        guard case .models(let models) = last else { throw AssistRunner.unexpected(last, during: purpose) }
        try session.answer(
            try JSON(encoding: models), names: { models.map { SafeText.line($0.name) } },
            table: { ModelTable.inVM(models, width: session.width, style: session.style) })
        return 0
    }

    func inspect() throws -> Int32 {
        let arguments = session.arguments
        let name = try Self.name(try arguments.required("name"))
        let context = try arguments.integer("context", in: Self.contexts)
        try session.limitWaits()
        let memory = try memory()
        let request = Calls.model(name)
        let body = try session.client.bytes(request)
        let view: ModelView = try Client.decode(from: body, of: request)
        let question = Calls.estimate(name, contextLength: context, memory: memory)
        let answer = try session.client.bytes(question)
        let estimate: ModelEstimate = try Client.decode(from: answer, of: question)
        try session.answer(
            [
                "model": try Client.parse(body, of: request), "estimate": try Client.parse(answer, of: question),
            ], names: { [name.text] },
            table: { ModelTable.details(view, estimate, style: session.style) })
        if let problem = estimate.problem { throw Problem(.failure, problem) }
        return 0
    }

    private func memory() throws -> ByteCount? {
        let arguments = session.arguments
        guard let text = arguments.option("vm") else {
            return try arguments.size("memory", in: Self.memories).map { ByteCount(bytes: $0) }
        }
        guard !arguments.isGiven("memory") else { throw arguments.error("give either `--memory` or `--vm`") }
        let view: VMView = try session.client.value(Calls.inspect(try session.vmName(text)))
        return view.record.resources.memory
    }

    func verify() throws -> Int32 {
        let arguments = session.arguments
        let limit = try session.timeout() ?? Self.verifyLimit
        let words = arguments.arguments("name")
        guard words.isEmpty == arguments.flag("all") else {
            throw arguments.error("name the models, or take all with `--all`")
        }
        var names = try words.map(Self.name)
        if words.isEmpty {
            try session.limitWaits()
            names = try session.client.value(Calls.models, as: [ModelView].self).map(\.record.name)
        }
        guard !names.isEmpty else {
            if session.isChatty { try session.write("there are no models\n") }
            return 0
        }
        let title = "verifying \(Batch.list(names.map(\.text)))"
        return try Batch(session, names.map(Calls.verifyModel)).run(title, within: limit) { index, _ in
            session.isChatty ? "'\(names[index])' is what was added\n" : nil
        }
    }

    func remove() throws -> Int32 {
        let names = try session.arguments.arguments("name").map(Self.name)
        let limit = try session.timeout() ?? Session.usualWait
        return try Batch(session, names.map(Calls.removeModel)).run("removing models", within: limit) { index, _ in
            session.isChatty ? "the model '\(names[index])' is gone\n" : nil
        }
    }

    func use() throws -> Int32 {
        let arguments = session.arguments
        let role = try Self.role(try arguments.required("role"))
        let words = arguments.arguments("name")
        guard words.isEmpty == arguments.flag("none") else {
            throw arguments.error("give a model's name, or `--none`")
        }
        try session.limitWaits()
        if let vm = arguments.option("vm") {
            return try use(try words.first.map(Self.name), for: role, in: try session.vmName(vm))
        }
        if let name = try words.first.map(Self.name) {
            _ = try session.client.bytes(Calls.useModel(name, for: role))
            if session.isChatty { try session.write("'\(name)' is the model for \(role.rawValue)\n") }
            return 0
        }
        let views: [ModelView] = try session.client.value(Calls.models)
        for view in views where view.roles.contains(role) {
            _ = try session.client.bytes(Calls.releaseModel(view.record.name, from: role))
        }
        if session.isChatty { try session.write("there is no model for \(role.rawValue)\n") }
        return 0
    }

    /// A member of the VM's configuration, which is refused there when it cannot be.
    private func use(_ name: ModelName?, for role: ModelRole, in vm: VMName) throws -> Int32 {
        let change: JSON = [
            "custom_parameters": ["models": [role.rawValue: name.map { .string($0.text) } ?? .null]]
        ]
        let order = ApplyConfiguration(changes: change.text())
        let outcome = try ConfigVerb.asConfiguration { () throws(ClientError) -> ConfigurationOutcome in
            try session.client.value(try Calls.apply(order, to: vm))
        }
        guard session.isChatty else { return 0 }
        let what =
            name.map { "'\($0)' is the model for \(role.rawValue)" }
            ?? "there is no model of its own for \(role.rawValue)"
        let waits = outcome.changes.contains { $0.effect == .needsRestart }
        let end = outcome.changes.isEmpty ? " already" : waits ? " from its next start on" : ""
        try session.write("\(what) in '\(vm)'\(end)\n")
        return 0
    }

    static func name(_ text: String) throws(Problem) -> ModelName {
        guard let name = ModelName(text) else {
            throw Problem(.badData, "\(Excerpt.quoted(text)) is not a model's name: \(ModelName.rule)")
        }
        return name
    }

    static func role(_ text: String) throws(Problem) -> ModelRole {
        guard let role = ModelRole(rawValue: text) else {
            let all = ModelRole.allCases.map(\.rawValue)
            let way = NearestName.find(text, in: all).map { "did you mean '\($0)'?" } ?? all.joined(separator: ", ")
            throw Problem(.usage, "there is no role \(Excerpt.quoted(text)); \(way)")
        }
        return role
    }
}
