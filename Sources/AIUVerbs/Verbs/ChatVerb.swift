internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// `aiu chat`: prompt after prompt, in one conversation.
final class ChatVerb {
    private let session: Session
    private let name: VMName
    private let signals: SignalSource
    private let runner: AssistRunner
    private var conversation: String?
    private var model: String?
    private var results: ResultsFolder?
    private var traces = false
    /// In the VM already, and not named by a prompt yet.
    private var files: [String] = []

    init(_ session: Session) throws {
        self.session = session
        name = try session.vmName(try session.arguments.required("vm"))
        guard RawTerminal.isTerminal(STDIN_FILENO), Terminal.output.isTerminal else {
            throw Problem(.usage, "a chat needs a terminal; `aiu prompt \(name)` asks without one")
        }
        signals = try NewVM.signals()
        runner = try AssistRunner(session, signals: signals, asksPerson: true)
        conversation = session.arguments.option("conversation")
        model = session.arguments.option("model")
        results = try ResultsFolder(session.arguments.option("out"))
        traces = session.arguments.flag("trace")
    }

    func run() throws -> Int32 {
        try runner.check(name)
        var history = ChatHistory(path: ChatHistory.usualPath { ProcessEnvironment.value($0) })
        defer { save(history) }
        Program.tell("'\(name)' listens; /help lists the commands, Ctrl-D ends the chat")
        let reader = try LineReader(signals: signals)
        while true {
            let line = try reader.read(
                prompt: "\(name)> ", history: history.entries, limit: PromptRequest.longestText)
            switch line {
            case .ended: return 0
            case .cancelled: continue
            case .written(let text):
                guard text.contains(where: { !$0.isWhitespace }) else { continue }
                history.add(text)
                guard try goesOn(after: text) else { return 0 }
            }
        }
    }

    /// False at the end of the chat. What goes wrong with one line is told and does not end it.
    private func goesOn(after text: String) throws -> Bool {
        do {
            if let command = try ChatCommand.read(text) { return try perform(command) }
            try ask(text.hasPrefix("//") ? String(text.dropFirst()) : text)
        } catch ClientError.interrupted(let signal) {
            guard signal == SIGINT else { throw ClientError.interrupted(signal: signal) }
            Program.tell("cancelled")
        } catch ClientError.outputClosed {
            throw ClientError.outputClosed
        } catch {
            Program.tell(Problem(error).message)
        }
        return true
    }

    // MARK: Prompts

    private func ask(_ text: String) throws {
        try PromptWish.check(text)
        let request = PromptRequest(
            text: text, files: files, conversation: conversation, model: model,
            confirmed: session.arguments.flag("yes"), attended: runner.confirmation != nil)
        let prompts = PromptRunner(session, runner)
        let answer = try prompts.ask(request, in: name, traces: traces)
        files = []
        conversation = answer.conversation ?? conversation
        _ = try prompts.deliver(answer.files, to: results, of: name)
    }

    // MARK: Commands

    private func perform(_ command: ChatCommand) throws -> Bool {
        switch command {
        case .help:
            try session.write(
                ChatCommand.all.map { "  /\($0.word) \($0.takes)".padded(to: 22) + "\($0.meaning)\n" }.joined()
                    + "  A line that ends with \\, or Alt-Enter, goes on; // begins a prompt with a slash.\n")
        case .file(let path):
            let given = try GivenFiles([Self.expand(path)])
            try given.copyIn(runner.transfer, into: name)
            files = files.filter { !given.paths.contains($0) } + given.paths
            Program.tell("\(given.paths[0]) goes with the next prompt")
        case .out(let path):
            results = try ResultsFolder(path.map(Self.expand))
            Program.tell(path.map { "files that tools make go to \($0)" } ?? "files that tools make stay in the VM")
        case .trace:
            traces.toggle()
            Program.tell(traces ? "answers come with their stages" : "answers come without their stages")
        case .new:
            conversation = nil
            files = []
            Program.tell("the next prompt begins a new conversation")
        case .conversations: try showConversations()
        case .resume(let wanted): try resume(wanted)
        case .memory:
            let facts = try MemoryVerb.facts(.list, in: name, runner)
            try session.write(MemoryText.table(facts, now: .now, width: session.width, style: session.style))
        case .model(let wanted):
            model = wanted
            Program.tell(wanted.map { "answers come from \($0)" } ?? "answers come from the usual model")
        case .tools:
            let tools = try ToolVerb.tools(of: name, runner)
            try session.write(ToolTable.render(tools, width: session.width, style: session.style))
        case .quit: return false
        }
        return true
    }

    private func showConversations() throws {
        let list = try ConversationVerb.list(.list, in: name, runner)
        try session.write(
            list.isEmpty
                ? "there are no conversations yet\n"
                : ConversationText.table(list, now: .now, width: session.width, style: session.style))
    }

    private func resume(_ wanted: String) throws {
        let purpose = "reading the conversation"
        let last = try runner.ask(.conversations(.show(conversation: wanted)), in: name, purpose: purpose)
        guard case .conversation(let record) = last else { throw AssistRunner.unexpected(last, during: purpose) }
        conversation = record.summary.id
        try session.write(ConversationText.whole(record, style: session.style))
    }

    /// No shell has seen the line.
    private static func expand(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = ProcessEnvironment.value("HOME") else { return path }
        return home + path.dropFirst()
    }

    private func save(_ history: ChatHistory) {
        do {
            try history.save()
        } catch {
            Program.tell("what was typed is not kept: \(error)")
        }
    }
}
