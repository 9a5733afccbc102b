/// Counts tokens of texts by the vocabularies of models.
package protocol TokenCounting: Sendable {
    /// Counts what of a part can be counted already: up to its last boundary, or all of it when it is the last.
    func tally(_ part: TextPart, by vocabulary: VocabularyFile) async throws(Failure) -> TokenTally
}

/// Some of a text, from where counting stopped.
package struct TextPart: Equatable, Sendable {
    /// What one question may carry; a longer text is asked about in several.
    package static let longest = 64 * 1024

    /// UTF-8.
    package var bytes: [UInt8]
    /// The text begins here.
    package var isFirst: Bool
    /// The text ends here.
    package var isLast: Bool
    /// Not more tokens than these.
    package var limit: Int

    package init(bytes: [UInt8], isFirst: Bool, isLast: Bool, limit: Int) {
        self.bytes = bytes
        self.isFirst = isFirst
        self.isLast = isLast
        self.limit = limit
    }
}

/// How much of a part was counted.
package struct TokenTally: Equatable, Sendable {
    package var tokens: Int
    /// The bytes that these tokens are, from the part's beginning on. What follows them waits for more of the text.
    package var bytes: Int
    /// The limit is reached, and there is more text: it was cut here, at the end of a character.
    package var isFull: Bool

    package init(tokens: Int, bytes: Int, isFull: Bool) {
        self.tokens = tokens
        self.bytes = bytes
        self.isFull = isFull
    }
}

extension TokenCounting {
    /// All tokens of a text.
    package func count(_ text: String, by vocabulary: VocabularyFile) async throws(Failure) -> Int {
        try await fit(text, within: .max, by: vocabulary).tokens
    }

    /// The tokens and bytes of as much of a text as a limit allows.
    package func fit(
        _ text: String, within limit: Int, by vocabulary: VocabularyFile
    ) async throws(Failure) -> TokenTally {
        let bytes = Array(text.utf8)
        var total = TokenTally(tokens: 0, bytes: 0, isFull: false)
        while total.bytes < bytes.count {
            var end = min(total.bytes + TextPart.longest, bytes.count)
            while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
            let part = TextPart(
                bytes: Array(bytes[total.bytes..<end]), isFirst: total.bytes == 0, isLast: end == bytes.count,
                limit: limit - total.tokens)
            let tally = try await tally(part, by: vocabulary)
            total.tokens += tally.tokens
            total.bytes += tally.bytes
            total.isFull = tally.isFull
            if tally.isFull { break }
            guard tally.bytes > 0 else {
                throw Failure(.internalError, "the tokens of a text could not be counted: no part of it was")
            }
        }
        return total
    }
}
