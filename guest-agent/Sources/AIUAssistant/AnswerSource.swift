/// Writes answers in its own words: language models, where a VM has them.
package protocol AnswerSource {
    /// Whether it answers at all when tools were needed, or when none was.
    func answers(withResults: Bool) -> Bool
    /// `results` is empty when no tool was needed. Nil when all that together is longer than it can read.
    func answer(
        _ prompt: String, results: [(tool: String, text: String)], in language: String, mostTokens: Int,
        _ onPiece: (String) -> Void
    ) throws(AssistantError) -> AnswerReport?
}

/// An answer that was written.
package struct AnswerReport: Equatable, Sendable {
    package var text: String
    package var tokens: Int
    package var isCut: Bool

    package init(text: String, tokens: Int, isCut: Bool) {
        self.text = text
        self.tokens = tokens
        self.isCut = isCut
    }
}
