internal import AIUInferenceLink

/// What the library's own reader of grammars does not bound: it follows brackets by calling itself.
enum GrammarCheck {
    private static let deepest = 64

    static func check(_ text: String) throws(InferenceFailure) {
        guard text.utf8.count <= GenerateRequest.longestGrammar else {
            throw InferenceFailure(.badGrammar, "a grammar of \(text.utf8.count) bytes is too long")
        }
        guard !text.utf8.contains(0) else { throw InferenceFailure(.badGrammar, "the grammar holds a zero byte") }
        var depth = 0
        var highest = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth = max(0, depth - 1) }
            highest = max(highest, depth)
        }
        // Brackets in quotation marks count as well, which costs nobody anything.
        guard highest <= deepest else {
            throw InferenceFailure(.badGrammar, "the grammar has brackets in each other more than \(deepest) deep")
        }
    }
}
