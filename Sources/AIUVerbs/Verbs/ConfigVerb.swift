internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// `aiu config get`, `set`, `apply`, `diff`, `history` and `rollback`.
struct ConfigVerb {
    /// A restart of nothing: the agent answers at once or not at all.
    private static let limit: Duration = .seconds(60)

    private let session: Session

    init(_ session: Session) { self.session = session }

    // MARK: Reading

    func get() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let paths = try arguments.arguments("field").map(ConfigText.path)
        session.client.patience = Patience(limit: try limit())
        let view: ConfigurationView = try session.client.value(Calls.configuration(of: name))
        let document = try ConfigText.parse(view.document)
        guard !paths.isEmpty else {
            try session.answer(
                document, names: { [document.text()] },
                table: {
                    view.document.hasSuffix("\n") ? view.document : view.document + "\n"
                })
            tellWaiting(view, name)
            return 0
        }
        let values = paths.map { (path: $0, value: $0.value(in: document)) }
        try session.answer(
            values.count == 1
                ? values[0].value ?? .null : .object(values.map { .init($0.path.description, $0.value ?? .null) }),
            names: { values.map { ConfigText.plain($0.value) } },
            table: {
                values.count == 1
                    ? ConfigText.plain(values[0].value) + "\n"
                    : values.map { "\($0.path) = \(ConfigText.plain($0.value))\n" }.joined()
            })
        return 0
    }

    func history() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let most = try arguments.integer("tail", in: 1...1000)
        session.client.patience = Patience(limit: try limit())
        let request = Calls.configurationHistory(of: name, limit: most)
        let body = try session.client.bytes(request)
        let revisions: [ConfigurationRevision] = try Client.decode(from: body, of: request)
        try session.answer(
            try Client.parse(body, of: request), names: { revisions.map { String($0.revision) } },
            table: { RevisionTable.render(revisions, now: .now, width: session.width, style: session.style) })
        return 0
    }

    func diff() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let file = arguments.option("file")
        let revision = try arguments.integer("revision", in: 1...Int.max)
        guard (file != nil) != (revision != nil) else {
            throw arguments.error("what shall it be compared with? Give `--file` or `--revision`")
        }
        var order = ApplyConfiguration(rollbackTo: revision, dryRun: true)
        if let file { order.document = try ConfigText.read(file) }
        session.client.patience = Patience(limit: try limit())
        let outcome = try Self.asConfiguration { () throws(ClientError) -> ConfigurationOutcome in
            try session.client.value(try Calls.apply(order, to: name))
        }
        try session.answer(
            try JSON(encoding: outcome), names: { outcome.changes.map(\.field) },
            table: {
                outcome.changes.isEmpty
                    ? "no difference\n"
                    : ChangeTable.render(outcome.changes, width: session.width, style: session.style)
            })
        return 0
    }

    // MARK: Changing

    func set() throws -> Int32 {
        let words = session.arguments.arguments(CommandTree.setWords)
        let names = Array(words.prefix { !$0.contains("=") })
        let assignments = try words.dropFirst(names.count).map(ConfigText.assignment)
        guard !assignments.isEmpty else {
            throw session.arguments.error("set what? Write FIELD=VALUE, such as `token_limits.max_per_query=2048`")
        }
        return try apply(ApplyConfiguration(changes: ConfigAssignment.changes(assignments)), to: names)
    }

    func apply() throws -> Int32 {
        guard let file = session.arguments.option("file") else {
            throw session.arguments.error("`--file` is missing: the aiu_config.json to apply, or - for standard input")
        }
        let text = try ConfigText.read(file)
        let order =
            session.arguments.flag("merge") ? ApplyConfiguration(changes: text) : ApplyConfiguration(document: text)
        return try apply(order, to: session.arguments.arguments("vm"))
    }

    func rollback() throws -> Int32 {
        let arguments = session.arguments
        let name = try session.vmName(try arguments.required("vm"))
        let typed = arguments.argument("revision")
        guard typed == nil || typed.flatMap({ Int($0) }).map({ $0 > 0 }) == true else {
            throw arguments.error("REVISION must be a number; `aiu config history \(name)` lists them")
        }
        let revision = try typed.flatMap { Int($0) } ?? former(of: name)
        return try apply(ApplyConfiguration(rollbackTo: revision), to: [name.text])
    }

    /// The last one before the current one that once held.
    private func former(of name: VMName) throws -> Int {
        session.client.patience = Patience(limit: try limit())
        let view: ConfigurationView = try session.client.value(Calls.configuration(of: name))
        let all: [ConfigurationRevision] = try session.client.value(Calls.configurationHistory(of: name, limit: 1000))
        let former = all.filter { $0.revision < view.revision && $0.state != .refused && $0.digest != view.digest }
        guard let revision = former.map(\.revision).max() else {
            throw Problem(.failure, "'\(name)' never had another configuration")
        }
        return revision
    }

    private func apply(_ wish: ApplyConfiguration, to words: [String]) throws -> Int32 {
        var order = wish
        let limit = try session.timeout()
        order.dryRun = session.arguments.flag("dry-run") ? true : nil
        order.timeoutMilliseconds = Session.milliseconds(limit)
        let names = try Selection.read(session.arguments, names: words).names(session)
        let requests = try names.map { name throws(ClientError) in try Calls.apply(order, to: name) }
        session.client.patience = Patience(limit: (limit ?? Self.limit) + Session.slack)
        var outcomes: [(VMName, ConfigurationOutcome)] = []
        var problems: [Problem] = []
        session.progress("configuring \(Batch.list(names.map(\.text)))") {
            session.client.each(requests) { index, result in
                do {
                    outcomes.append((names[index], try Client.decode(from: try result.get(), of: requests[index])))
                } catch {
                    problems.append(Problem.ofConfiguration(error))
                }
            }
        }
        if !outcomes.isEmpty { try show(outcomes, isOne: names.count == 1) }
        for problem in problems { Program.tell(problem.message) }
        let refused = outcomes.contains { $0.1.changes.contains { $0.effect == .refused } }
        return refused && problems.isEmpty
            ? ExitCode.configuration.rawValue : Batch.status(problems, of: names.count)
    }

    private func show(_ outcomes: [(VMName, ConfigurationOutcome)], isOne: Bool) throws {
        let json = { () throws in
            try outcomes.map { name, outcome in
                var json = try JSON(encoding: outcome)
                if !isOne { json = .object([.init("vm", .string(name.text))] + (json.membersValue ?? [])) }
                return json
            }
        }
        if session.format == .quiet { return }
        try session.answer(
            try isOne ? json()[0] : .array(json()), names: { [] },
            table: {
                outcomes.map { OutcomeText.render($0.1, of: $0.0, width: session.width, style: session.style) }
                    .joined(separator: outcomes.contains { !$0.1.changes.isEmpty } ? "\n" : "")
            })
    }

    private func tellWaiting(_ view: ConfigurationView, _ name: VMName) {
        guard session.format == .table, !view.waiting.isEmpty else { return }
        Program.tell("\(view.waiting.joined(separator: ", ")) of '\(name)' will hold after its next start")
    }

    private func limit() throws -> Duration { try session.timeout() ?? Session.usualWait }

    static func asConfiguration<Value>(_ body: () throws(ClientError) -> Value) throws(Problem) -> Value {
        do throws(ClientError) { return try body() } catch { throw Problem.ofConfiguration(error) }
    }
}
