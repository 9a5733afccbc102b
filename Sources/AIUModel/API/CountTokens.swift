/// A text whose tokens somebody wants to know.
package struct CountTokens: Equatable, Sendable, Codable {
    /// Bytes of UTF-8 that are counted at once.
    package static let longestText = 512 * 1024

    package var text: String

    package init(text: String) { self.text = text }
}

/// How many tokens a text has by a model's vocabulary: as prompts and answers are counted.
package struct TokenCount: Equatable, Sendable, Codable {
    package var model: ModelName
    package var tokens: Int
    package var bytes: Int

    package init(model: ModelName, tokens: Int, bytes: Int) {
        self.model = model
        self.tokens = tokens
        self.bytes = bytes
    }
}
