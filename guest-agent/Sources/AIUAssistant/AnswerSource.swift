/// Writes answers in its own words: language models, where a VM has them.
package protocol AnswerSource {
    /// Whether it answers at all when tools were needed, or when none was.
    func answers(withResults: Bool) -> Bool
    /// Nil when all that together is longer than it can read.
    func answer(_ task: AnswerTask, _ onPiece: (String) -> Void) throws(AssistantError) -> AnswerReport?
}

/// What is to be answered.
package struct AnswerTask {
    package var prompt: String
    /// Empty when no tool was needed.
    package var results: [(tool: String, text: String)] = []
    package var context = PromptContext()
    package var language: String
    package var mostTokens: Int

    package init(prompt: String, language: String, mostTokens: Int) {
        self.prompt = prompt
        self.language = language
        self.mostTokens = mostTokens
    }
}

/// An answer that was written.
package struct AnswerReport: Equatable, Sendable {
    package var text: String
    package var tokens: Int
    package var isCut: Bool
    /// What the model was told besides the prompt, for people.
    package var note: String?

    package init(text: String, tokens: Int, isCut: Bool, note: String? = nil) {
        self.text = text
        self.tokens = tokens
        self.isCut = isCut
        self.note = note
    }
}
