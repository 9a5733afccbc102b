internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUWire

/// `aiu conversations`.
struct ConversationVerb {
    private let session: Session
    private let name: VMName
    private let runner: AssistRunner

    init(_ session: Session) throws {
        self.session = session
        name = try session.vmName(try session.arguments.required("vm"))
        runner = try AssistRunner(session, signals: try NewVM.signals())
    }

    // MARK: Reading

    func list() throws -> Int32 {
        try show(.list, "listing the conversations", none: "there are no conversations in '\(name)'\n")
    }

    func search() throws -> Int32 {
        let text = session.arguments.arguments("text").joined(separator: " ")
        guard text.contains(where: { !$0.isWhitespace }) else { throw session.arguments.error("search for what?") }
        return try show(
            .search(text: text), "searching the conversations",
            none: "no conversation in '\(name)' has \(Excerpt.quoted(text))\n")
    }

    private func show(_ request: ConversationRequest, _ what: String, none: String) throws -> Int32 {
        let last = try ask(request, what)
        guard case .conversations(let list) = last else { throw AssistRunner.unexpected(last, during: what) }
        try session.answer(
            try JSON(encoding: list), names: { list.map { SafeText.line($0.id) } },
            table: {
                list.isEmpty
                    ? none : ConversationText.table(list, now: .now, width: session.width, style: session.style)
            })
        return 0
    }

    func show() throws -> Int32 {
        let last = try ask(.show(conversation: try wanted()), "reading the conversation")
        guard case .conversation(let record) = last else {
            throw AssistRunner.unexpected(last, during: "reading the conversation")
        }
        try session.answer(
            try JSON(encoding: record), names: { [SafeText.line(record.summary.id)] },
            table: { ConversationText.whole(record, style: session.style) })
        return 0
    }

    func export() throws -> Int32 {
        let wanted = try wanted()
        let target = session.arguments.option("output")
        // A file that may not be written is refused before the VM is asked.
        let file = try target.flatMap {
            $0 == "-"
                ? nil
                : try PartialFile($0, defaultName: "conversation.json", mayReplace: session.arguments.flag("force"))
        }
        let last = try ask(.export(conversation: wanted), "exporting the conversation")
        guard case .document(let document) = last else {
            throw AssistRunner.unexpected(last, during: "exporting the conversation")
        }
        let text = document.text(pretty: true) + "\n"
        guard let file else {
            try session.write(text)
            return 0
        }
        try file.write(Array(text.utf8))
        try file.finish()
        if session.isChatty { try session.write("the conversation is in \(file.path)\n") }
        return 0
    }

    // MARK: Changing

    func rename() throws -> Int32 {
        let title = try session.arguments.required("title")
        _ = try ask(.rename(conversation: try wanted(), title: title), "renaming the conversation")
        if session.isChatty { try session.write("the conversation is called \(SafeText.line(title))\n") }
        return 0
    }

    func importing() throws -> Int32 {
        let source = try session.arguments.required("file")
        let limit = WireProtocol.longestPayload
        let text =
            source == "-"
            ? try StandardInput.text("a conversation", limit: limit) : try FileArgument.text(source, limit: limit)
        let document: JSON
        do throws(JSONError) {
            document = try JSON(parsing: text)
        } catch {
            throw Problem(.badData, "\(source == "-" ? "standard input" : source) is not JSON: \(error)")
        }
        _ = try ask(.importing(document: document), "importing the conversation")
        if session.isChatty { try session.write("the conversation is in '\(name)'\n") }
        return 0
    }

    func erase() throws -> Int32 {
        let words = session.arguments.arguments("conversation")
        guard words.isEmpty == session.arguments.flag("all") else {
            throw session.arguments.error("name the conversations, or take all with `--all`")
        }
        let which = words.isEmpty ? "all conversations" : Batch.list(words.map { Excerpt.quoted($0) })
        guard try Question.confirm("Erase \(which) of '\(name)' for good?", session) else { return 0 }
        let requests: [ConversationRequest] = words.isEmpty ? [.eraseAll] : words.map { .erase(conversation: $0) }
        var problems: [Problem] = []
        for request in requests {
            do {
                _ = try ask(request, "erasing \(which)")
            } catch let error as ClientError {
                if case .interrupted = error { throw error }
                let problem = Problem(error)
                problems.append(problem)
                Program.tell(problem.message)
            }
        }
        if problems.isEmpty, session.isChatty {
            try session.write("\(which) \(requests.count == 1 && !words.isEmpty ? "is" : "are") erased\n")
        }
        return Batch.status(problems, of: requests.count)
    }

    private func wanted() throws -> String { try session.arguments.required("conversation") }

    private func ask(_ request: ConversationRequest, _ what: String) throws -> AssistEvent {
        let purpose = "\(what) in '\(name)'"
        return try session.progress(purpose) { try runner.ask(.conversations(request), in: name, purpose: purpose) }
    }
}
