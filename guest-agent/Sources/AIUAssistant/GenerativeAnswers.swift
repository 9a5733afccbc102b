internal import AIUConversations
package import AIUInferenceLink
internal import AIURouter
package import AIUWire

/// Answers that language models of the VM write, from the prompt, the results of tools, facts and what was said before.
package struct GenerativeAnswers: AnswerSource {
    private static let mostResult = 8 * 1024
    /// Marks of the form around the prompt and before it.
    private static let marks = 32

    private let inferenceDoor: String
    /// The model for what no tool was needed for, and the one for results of tools.
    private let free: String?
    private let results: String?
    private let conversation: String?
    /// Tokens that each model can hold.
    private let contextLengths: [String: Int]

    package init(
        inferenceDoor: String, free: String?, results: String?, conversation: String?, known: [GuestModel]
    ) {
        self.inferenceDoor = inferenceDoor
        self.free = free
        self.results = results
        self.conversation = conversation
        contextLengths = Dictionary(known.map { ($0.name, $0.contextLength) }) { first, _ in first }
    }

    package func answers(withResults: Bool) -> Bool { (withResults ? results : free) != nil }

    package func answer(_ task: AnswerTask, _ onPiece: (String) -> Void) throws(AssistantError) -> AnswerReport? {
        let model = task.results.isEmpty ? free : results
        // What stays the same from prompt to prompt comes first, so that the engine need not read it again.
        let instruction = "Answer the user briefly in the language '\(task.language)'."
        let question = Self.question(task)
        let most = min(max(task.mostTokens, 1), GenerateRequest.mostTokens)
        let room = min(contextLengths[model ?? ""] ?? 0, GenerateRequest.mostContext)
        let count = { (text: String) in tokens(of: text, model) }
        let taken = min(most, room / 3) + count(instruction) + count(question) + Self.marks
        let fitted = ContextBudget(room: room - taken, count: count).fit(task.context)
        let turns = Self.turns(instruction, fitted, question)
        var request = GenerateRequest(
            model: model, turns: turns, maxTokens: most, temperature: 0.3, conversation: conversation)
        do throws(InferenceError) {
            return try write(request, Self.note(task, fitted), onPiece)
        } catch {
            guard case .refused(let failure) = error, failure.reason == .tooLong else {
                throw .refused(.unavailable, "\(error)")
            }
            if turns.count == 2, fitted.digest == nil { return nil }
        }
        // The form of this model needs more than was thought. Better an answer to the prompt alone than none.
        request.turns = [ChatTurn(.system, instruction), ChatTurn(.user, question)]
        do throws(InferenceError) {
            return try write(request, "no room for what was said before", onPiece)
        } catch {
            if case .refused(let failure) = error, failure.reason == .tooLong { return nil }
            throw .refused(.unavailable, "\(error)")
        }
    }

    /// Only the instruction is the system's: a digest may say what a file said, and begins the first turn of the user,
    /// because many forms want user and model to take turns.
    package static func turns(
        _ instruction: String, _ fitted: ContextBudget.Fitted, _ question: String
    ) -> [ChatTurn] {
        var turns = fitted.turns.flatMap { [ChatTurn(.user, $0.prompt), ChatTurn(.assistant, $0.answer)] }
        turns.append(ChatTurn(.user, question))
        if let digest = fitted.digest {
            turns[0].text = "Summary of what was said before: \(digest.text)\n\n\(turns[0].text)"
        }
        return [ChatTurn(.system, instruction)] + turns
    }

    private func write(
        _ request: GenerateRequest, _ note: String?, _ onPiece: (String) -> Void
    ) throws(InferenceError) -> AnswerReport {
        var text = ""
        let report = try InferenceClient(path: inferenceDoor).generate(request) { piece in
            text += piece
            onPiece(piece)
            return true
        }
        return AnswerReport(
            text: text, tokens: report.tokens, isCut: report.tokens >= request.maxTokens, note: note)
    }

    private func tokens(of text: String, _ model: String?) -> Int {
        // The engine that cannot count will not write either, and says why.
        (try? InferenceClient(path: inferenceDoor).count(text, model: model)) ?? AnswerLimit.tokens(of: text)
    }

    private static func question(_ task: AnswerTask) -> String {
        var parts: [String] = []
        if !task.context.facts.isEmpty {
            let facts = task.context.facts.map { "- \($0.text)" }.joined(separator: "\n")
            parts.append("Facts that I asked you to remember:\n\(facts)")
        }
        if !task.results.isEmpty {
            parts += task.results.map { "Result of \($0.tool):\n\($0.text.prefix(mostResult))" }
            parts.append("Answer with these results and nothing else:")
        }
        return (parts + [task.prompt]).joined(separator: "\n\n")
    }

    private static func note(_ task: AnswerTask, _ fitted: ContextBudget.Fitted) -> String? {
        var parts: [String] = []
        if !task.context.facts.isEmpty { parts.append("\(task.context.facts.count) facts") }
        if !fitted.turns.isEmpty { parts.append("\(fitted.turns.count) earlier turns") }
        if let digest = fitted.digest {
            parts.append("a summary of \(digest.turns) turns" + (fitted.isNew ? ", just made" : ""))
        }
        if fitted.left > 0 { parts.append("\(fitted.left) turns left out") }
        return parts.isEmpty ? nil : "told " + parts.joined(separator: ", ")
    }
}
