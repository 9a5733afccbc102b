internal import AIURouter
internal import AIUWire

/// Makes the answer of what the tools came to, within its limit, and tells it piece by piece.
struct Synthesis {
    private static let longestPiece = 4096

    let writer: AnswerWriter
    /// A model that answers in its own words, where there is one.
    let source: (any AnswerSource)?
    let policy: GuestPolicy
    let person: any Person
    /// The host lets no more through: what a model would write beyond it is a waste of time.
    var responseLimit: Int?

    /// The answer, its language, and what came of the prompt; `context` is what a model is told besides.
    func answer(
        _ prompt: String, _ outcome: PlanOutcome, _ context: PromptContext
    ) throws(AssistantError) -> (report: AnswerReport, language: String, outcome: PromptAnswer.Outcome) {
        if let source, isWritten(outcome), let report = try written(prompt, outcome, context, by: source) {
            return (report, policy.languages.first ?? "en", .answered)
        }
        let said =
            outcome.memory.map { writer.text(for: $0) }
            ?? (outcome.calls.isEmpty ? writer.nothingFits(outcome.disabledTool) : writer.text(for: outcome))
        let (text, isCut) = AnswerLimit.cut(said.text, to: policy.mostAnswerTokens)
        // Why there is no answer is no answer: the host tells it apart, and gets it with the last word.
        if outcome.kind == .answered { try tell(text) }
        let report = AnswerReport(text: text, tokens: AnswerLimit.tokens(of: text), isCut: isCut)
        return (report, said.language, outcome.kind)
    }

    /// Whether a model answers. What went wrong is said as it is, and which tool is missing: a model would guess at it.
    func isWritten(_ outcome: PlanOutcome) -> Bool {
        guard let source, outcome.memory == nil, outcome.kind != .failed, outcome.disabledTool == nil else {
            return false
        }
        return source.answers(withResults: !outcome.calls.isEmpty)
    }

    private func written(
        _ prompt: String, _ outcome: PlanOutcome, _ context: PromptContext, by source: any AnswerSource
    ) throws(AssistantError) -> AnswerReport? {
        var problem: AssistantError?
        var task = AnswerTask(
            prompt: prompt, language: policy.languages.first ?? "en",
            mostTokens: min(policy.mostAnswerTokens, max(responseLimit ?? .max, 1)))
        task.results = outcome.calls.map { (tool: $0.tool, text: $0.text) }
        task.context = context
        let report = try source.answer(task) { piece in
            do throws(AssistantError) {
                try tell(piece)
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        return report
    }

    private func tell(_ text: String) throws(AssistantError) {
        var rest = Substring(text)
        while !rest.isEmpty {
            let piece = rest.prefix(Self.longestPiece)
            try person.tell(.text(String(piece)))
            rest = rest.dropFirst(piece.count)
        }
    }
}
