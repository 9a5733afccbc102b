internal import AIUClient
package import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// What every verb works with: the words typed, the supervisor, and where answers go.
package struct Session {
    /// The longest wait that may be asked for; longer ones are typing errors.
    static let longestWait: Duration = .seconds(86_400)
    /// How long a supervisor may take to answer what needs no VM to move.
    static let usualWait: Duration = .seconds(30)
    /// Given to the supervisor on top of the time that the VM has, to report that it ran out.
    static let slack: Duration = .seconds(15)

    let arguments: Arguments
    let client: Client
    /// The format of answers; table where a verb has no other.
    let format: OutputFormat
    private let output = Terminal.output

    package init(_ arguments: Arguments) throws {
        self.arguments = arguments
        format = try Self.format(arguments)
        let quiet = format == .quiet || arguments.flag("quiet") || !Terminal.errors.isTerminal
        let starter = SupervisorStarter(
            starting: { Self.starting.begin(isQuiet: quiet) }, ended: { Self.starting.end() })
        client = try Self.client(Self.usualWait, starter) { arguments.option($0) }
    }

    /// The way to the supervisor that options and surroundings name.
    private static func client(
        _ limit: Duration, _ starter: SupervisorStarter?, _ option: (String) -> String?
    ) throws -> Client {
        let client = Client(
            place: try StatePlace.ofProcess(option: option("state")), patience: Patience(limit: limit), starter: starter
        )
        client.remote = try RemotePlace.ofProcess(
            host: option("remote"), authority: option("ca"), certificate: option("client-cert"),
            key: option("client-key"), ProcessEnvironment.all)
        if client.remote != nil { client.starter = nil }
        client.credential = try Credential.ofProcess(ProcessEnvironment.all)
        return client
    }

    private static let starting = SharedProgress("starting aiud")

    private static func format(_ arguments: Arguments) throws(UsageError) -> OutputFormat {
        let format = try OutputFormat(arguments)
        guard arguments.flag("yaml") else { return format }
        guard format == .table || format == .yaml else {
            throw arguments.error("`--yaml` contradicts the other format; give one of them")
        }
        return .yaml
    }

    // MARK: Names and limits

    /// A VM's name from the command line, refused here when it cannot be one.
    func vmName(_ text: String) throws -> VMName {
        guard let name = VMName(text) else { throw Problem.notName(text) }
        return name
    }

    func vmNames(_ argument: String) throws -> [VMName] {
        var names: [VMName] = []
        for text in arguments.arguments(argument) {
            let name = try vmName(text)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    func timeout() throws -> Duration? {
        try arguments.duration("timeout", in: .milliseconds(1)...Self.longestWait)
    }

    /// From here on answers are waited for as long as `--timeout` says, or as it is usual for what is asked.
    func limitWaits(usually usual: Duration = usualWait) throws {
        client.patience = Patience(limit: try timeout() ?? usual)
    }

    static func milliseconds(_ duration: Duration?) -> Int? {
        duration.map { Int(clamping: Int64(($0 / .milliseconds(1)).rounded(.up))) }
    }

    // MARK: Answers

    func write(_ text: String) throws {
        try RawOutput.write(Array(text.utf8))
    }

    /// An answer in the format asked for; `table` and `names` say what people and scripts get.
    func answer(
        _ json: @autoclosure () throws -> JSON, names: () throws -> [String], table: () throws -> String
    ) throws {
        switch format {
        case .table: try write(try table())
        case .json: try write(try json().text(pretty: true) + "\n")
        case .yaml: try write(YAMLWriter.text(try json()))
        case .quiet: try write(try names().map { $0 + "\n" }.joined())
        }
    }

    /// The answer itself goes to standard output, without a structure around it.
    var answersAsText: Bool { format == .table || format == .quiet }
    var width: Int? { output.width }
    var style: Style { output.style }
    /// Whether success is told, too.
    var isChatty: Bool { format != .quiet && !arguments.flag("quiet") }
    /// In a script, standard error belongs to errors, and to the command of `aiu run`.
    var showsProgress: Bool { isChatty && Terminal.errors.isTerminal }

    /// Shows what goes on while the body runs, on a terminal.
    func progress<Value, Failed: Error>(
        _ text: String, _ body: () throws(Failed) -> Value
    ) throws(Failed) -> Value {
        let line = Progress.start(text, isQuiet: !showsProgress)
        defer { line.finish() }
        return try body()
    }

    /// Names for completion, of the supervisor that the words so far are for; none when nobody answers quickly.
    static func known(_ kind: String, after words: [String]) -> [String] {
        let typed = TypedOptions(words)
        // Completion has nowhere to say what went wrong, here and below: what it does not get it does not offer.
        guard let client = try? client(.seconds(1), nil, { typed[$0] }) else { return [] }
        let profiles: [Profile]
        switch kind {
        case CommandTree.vmNames:
            return ((try? client.value(Calls.list, as: [VMView].self)) ?? []).map(\.record.name.text)
        case CommandTree.deletedNames:
            return ((try? client.value(Calls.deleted, as: [VMView].self)) ?? []).map(\.record.name.text)
        case CommandTree.secretNames:
            return ((try? client.value(Calls.secrets, as: [SecretSummary].self)) ?? []).map(\.name)
        case CommandTree.modelNames:
            return ((try? client.value(Calls.models, as: [ModelView].self)) ?? []).map(\.record.name.text)
        case CommandTree.tokenNames:
            return ((try? client.value(Calls.tokens, as: [AccessToken].self)) ?? []).map(\.name)
        case CommandTree.profileNames, CommandTree.presetNames: profiles = (try? client.value(Calls.profiles)) ?? []
        case _: return []
        }
        let builtIn = kind == CommandTree.presetNames ? Preset.allCases.map(\.rawValue) : []
        return builtIn + profiles.map(\.name.text)
    }
}
