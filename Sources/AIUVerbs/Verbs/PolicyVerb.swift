internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// `aiu policy show`, `check`, `apply`, `explain`, `history` and `rollback`.
struct PolicyVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    // MARK: Reading

    func show() throws -> Int32 {
        if let preset = session.arguments.option("preset").flatMap(PolicyPreset.init) {
            try session.write(preset.text)
            return 0
        }
        try session.limitWaits()
        if let number = try session.arguments.integer("version", in: 1...Int.max) {
            let version: PolicyVersion = try session.client.value(Calls.policyVersion(number))
            try answer(version, version.document)
            return 0
        }
        let view: PolicyView = try session.client.value(Calls.policy)
        try answer(view, view.policy.document)
        if let problem = view.problem { Program.tell(problem) }
        return 0
    }

    private func answer(_ value: some Encodable, _ document: String?) throws {
        let text = document ?? ""
        try session.answer(
            try JSON(encoding: value), names: { [text] },
            table: { text.hasSuffix("\n") ? text : text + "\n" })
    }

    func check() throws -> Int32 {
        let path = try session.arguments.required("file")
        let text = try Self.read(path)
        do throws(PolicyProblem) {
            _ = try PolicyDocument(parsing: Array(text.utf8))
        } catch {
            throw Problem(.configuration, "\(path): \(error)")
        }
        if session.isChatty { try session.write("\(path) is right\n") }
        return 0
    }

    func explain() throws -> Int32 {
        let arguments = session.arguments
        let vm = try arguments.option("vm").map(session.vmName)
        let kinds = ["tool", "model", "field"].filter { arguments.isGiven($0) }
        guard kinds.count <= 1 else {
            throw arguments.error("`--\(kinds[0])` and `--\(kinds[1])` are two questions; ask one of them")
        }
        try session.limitWaits()
        let answer: PolicyExplanation = try session.client.value(
            Calls.explainPolicy(
                user: arguments.option("user"), vm: vm, tool: arguments.option("tool"),
                model: arguments.option("model"), field: arguments.option("field")))
        try session.answer(
            try JSON(encoding: answer), names: { answer.entries.map(\.field) },
            table: { PolicyText.render(answer, width: session.width, style: session.style) })
        return answer.allowed == false ? ExitCode.failure.rawValue : 0
    }

    func history() throws -> Int32 {
        let limit = try session.arguments.integer("lines", in: 1...1000)
        try session.limitWaits()
        let versions: [PolicyVersion] = try session.client.value(Calls.policyHistory(limit: limit))
        try session.answer(
            try JSON(encoding: versions), names: { versions.map { "\($0.version)" } },
            table: { PolicyText.render(versions, now: .now, width: session.width, style: session.style) })
        return 0
    }

    // MARK: Changing

    func apply() throws -> Int32 {
        var order = ApplyPolicy()
        let preset = session.arguments.option("preset").flatMap(PolicyPreset.init)
        if let path = session.arguments.argument("file") {
            guard preset == nil else { throw session.arguments.error("give a file or `--preset`, not both") }
            order.document = try Self.read(path)
        } else if let preset {
            order.document = preset.text
        } else {
            order.reload = true
        }
        order.expectedVersion = try session.arguments.integer("expect", in: 0...Int.max).map { Int64($0) }
        try session.limitWaits()
        return try session.apply(order)
    }

    func rollback() throws -> Int32 {
        let arguments = session.arguments
        let typed = arguments.argument("version")
        guard typed == nil || typed.flatMap({ Int64($0) }).map({ $0 > 0 }) == true else {
            throw arguments.error("VERSION must be a number; `aiu policy history` lists them")
        }
        try session.limitWaits()
        let number = try typed.flatMap { Int64($0) } ?? former()
        return try session.apply(ApplyPolicy(rollbackTo: number))
    }

    private func former() throws -> Int64 {
        let versions: [PolicyVersion] = try session.client.value(Calls.policyHistory(limit: 2))
        guard versions.count == 2 else { throw Problem(.failure, "there was no other version of the policy before") }
        return versions[1].version
    }

    private static func read(_ path: String) throws -> String {
        try StandardInput.text(orOfFile: path, "a policy", limit: PolicyDocument.longest)
    }
}
