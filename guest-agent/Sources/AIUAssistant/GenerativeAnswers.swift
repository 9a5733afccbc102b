internal import AIUInferenceLink
internal import AIUWire

/// Answers that language models of the VM write.
struct GenerativeAnswers: AnswerSource {
    private static let mostResult = 8 * 1024

    let places: AssistantPlaces
    /// The model for what no tool was needed for, and the one for results of tools.
    let free: String?
    let results: String?
    let conversation: String?

    func answers(withResults: Bool) -> Bool { (withResults ? results : free) != nil }

    func answer(
        _ prompt: String, results: [(tool: String, text: String)], in language: String, mostTokens: Int,
        _ onPiece: (String) -> Void
    ) throws(AssistantError) -> AnswerReport? {
        let known = results.map { "Result of \($0.tool):\n\($0.text.prefix(Self.mostResult))" }
        let task =
            "Answer the user briefly in the language '\(language)'"
            + (known.isEmpty ? "." : ", with these results and nothing else:\n\(known.joined(separator: "\n\n"))")
        let request = GenerateRequest(
            model: results.isEmpty ? free : self.results, turns: [ChatTurn(.system, task), ChatTurn(.user, prompt)],
            maxTokens: min(mostTokens, GenerateRequest.mostTokens), temperature: 0.3, conversation: conversation)
        var text = ""
        do throws(InferenceError) {
            let report = try InferenceClient(path: places.inferenceDoor).generate(request) { piece in
                text += piece
                onPiece(piece)
                return true
            }
            return AnswerReport(text: text, tokens: report.tokens, isCut: report.tokens >= mostTokens)
        } catch {
            if case .refused(let failure) = error, failure.reason == .tooLong { return nil }
            throw .refused(.unavailable, "\(error)")
        }
    }
}
