internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUWire

/// `aiu run`: a VM for one command or one prompt.
struct RunVerb {
    /// What only a command, and only a prompt, can use.
    private static let ofCommands = (
        options: ["env", "user", "workdir", "output-limit"], flags: ["interactive", "tty"]
    )
    private static let ofPrompts = (options: ["model", "out"], flags: ["trace", "no-stream", "yes", "json", "yaml"])

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        guard let prompt = session.arguments.option("prompt") else { return try runCommand() }
        return try answer(prompt)
    }

    private func runCommand() throws -> Int32 {
        try refuse(Self.ofPrompts, because: "needs `--prompt`")
        let runner = CommandRunner(session)
        // Everything that can be refused is refused before there is a VM.
        let request = try runner.request()
        let signals = try runner.signals()
        return try inNewVM(signals) { try runner.run(request, in: $0, signals: signals) }
    }

    private func answer(_ prompt: String) throws -> Int32 {
        try refuse(Self.ofCommands, because: "is for commands, not for `--prompt`")
        let files = session.arguments.arguments("command")
        if let option = files.first(where: { $0.hasPrefix("-") && $0 != "-" }) {
            throw session.arguments.error("\(Excerpt.quoted(option)) must stand before the files")
        }
        let wish = try PromptWish(session.arguments, words: [prompt], files: files)
        let signals = try NewVM.signals()
        let runner = try AssistRunner(session, signals: signals, asksPerson: true)
        return try inNewVM(signals) { try PromptRunner(session, runner).run(wish, in: $0, ephemeral: true) }
    }

    private func refuse(_ words: (options: [String], flags: [String]), because reason: String) throws {
        let arguments = session.arguments
        let given = words.options.first(where: arguments.isGiven) ?? words.flags.first(where: arguments.flag)
        if let given { throw arguments.error("`--\(given)` \(reason)") }
    }

    /// Makes and starts a VM, and removes it when the work is done.
    private func inNewVM(_ signals: SignalSource, _ work: (VMName) throws -> Int32) throws -> Int32 {
        let arguments = session.arguments
        let bootLimit = try arguments.duration("boot-timeout", in: .milliseconds(1)...Session.longestWait)
        let wish = try VMWish.read(arguments, name: arguments.option("name"), ephemeral: true)
        let maker = NewVM(session, signals: signals)
        var view = try maker.create(wish)
        let name = view.record.name
        do {
            view = try maker.start(view, within: bootLimit)
        } catch {
            if case .interrupted? = error as? ClientError { throw error }
            maker.remove(name, why: nil)
            throw error
        }
        defer { maker.remove(name, why: nil) }
        return try work(name)
    }
}
