internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUWire

/// `aiu conversations`.
struct ConversationVerb {
    /// More is nonsense of a guest.
    private static let mostConversations = 100_000
    private static let mostDocuments = 1024
    private static let longestFile = 64 << 20

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
        try show(.list, none: "there are no conversations in '\(name)'\n")
    }

    func search() throws -> Int32 {
        let text = session.arguments.arguments("text").joined(separator: " ")
        guard text.contains(where: { !$0.isWhitespace }) else { throw session.arguments.error("search for what?") }
        return try show(
            .search(text: text),
            none: "no conversation in '\(name)' has \(Excerpt.quoted(text))\n")
    }

    private func show(_ request: ConversationRequest, none: String) throws -> Int32 {
        let list = try Self.list(request, in: name, runner)
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
        let documents = try self.documents(of: wanted)
        let text = (documents.count == 1 ? documents[0] : .array(documents)).text(pretty: true) + "\n"
        guard let file else {
            try session.write(text)
            return 0
        }
        try file.write(Array(text.utf8))
        try file.finish()
        if session.isChatty { try session.write("the conversation is in \(file.path)\n") }
        return 0
    }

    /// All parts of an exported conversation.
    private func documents(of wanted: String) throws -> [JSON] {
        let purpose = "exporting the conversation"
        let documents = try runner.collect(
            .conversations(.export(conversation: wanted)), in: name, purpose: purpose, atMost: Self.mostDocuments
        ) { event in
            if case .document(let document) = event { [document] } else { nil }
        }
        guard !documents.isEmpty else { throw AssistRunner.unexpected(.done, during: purpose) }
        return documents
    }

    /// A list, however many events it takes.
    static func list(
        _ request: ConversationRequest, in name: VMName, _ runner: AssistRunner
    ) throws -> [ConversationSummary] {
        try runner.collect(
            .conversations(request), in: name, purpose: "reading the conversations of '\(name)'",
            atMost: mostConversations
        ) { event in
            if case .conversations(let list) = event { list } else { nil }
        }
    }

    // MARK: Changing

    func rename() throws -> Int32 {
        let title = try session.arguments.required("title")
        _ = try ask(.rename(conversation: try wanted(), title: title), "renaming the conversation")
        if session.isChatty { try session.write("the conversation is called \(SafeText.line(title))\n") }
        return 0
    }

    func importing() throws -> Int32 {
        let documents = try self.documents(in: try session.arguments.required("file"))
        var id: String?
        do {
            for var document in documents {
                if let id { document["continues"] = .string(id) }
                let last = try ask(.importing(document: document), "importing the conversation")
                guard case .conversation(let record) = last else {
                    throw AssistRunner.unexpected(last, during: "importing the conversation")
                }
                id = id ?? record.summary.id
            }
        } catch {
            // Half a conversation is none; when even that fails, the first failure is what counts.
            if let id { _ = try? ask(.erase(conversation: id), "taking the conversation back") }
            throw error
        }
        if session.isChatty { try session.write("the conversation is in '\(name)'\n") }
        return 0
    }

    /// One document, or an array of parts.
    private func documents(in source: String) throws -> [JSON] {
        let text =
            source == "-"
            ? try StandardInput.text("a conversation", limit: Self.longestFile)
            : try FileArgument.text(source, limit: Self.longestFile)
        let what = source == "-" ? "standard input" : source
        let whole: JSON
        do throws(JSONError) {
            whole = try JSON(parsing: text, limits: JSONLimits(maxBytes: Self.longestFile, maxMembers: 8_000_000))
        } catch {
            throw Problem(.badData, "\(what) is not JSON: \(error)")
        }
        let documents = whole.arrayValue ?? [whole]
        guard !documents.isEmpty, documents.allSatisfy({ $0.membersValue != nil }) else {
            throw Problem(.badData, "\(what) is not a conversation as `aiu conversations export` writes it")
        }
        return documents
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
