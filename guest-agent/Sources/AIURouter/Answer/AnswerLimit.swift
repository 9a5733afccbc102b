/// Keeps an answer within the tokens that one may have.
package enum AnswerLimit {
    /// A token of text that was not made by a model: about so many bytes, as with the vocabularies in use.
    private static let bytesPerToken = 4

    package static func tokens(of text: String) -> Int { (text.utf8.count + bytesPerToken - 1) / bytesPerToken }

    /// The text, cut between words when it is too long.
    package static func cut(_ text: String, to tokens: Int) -> (text: String, isCut: Bool) {
        let limit = max(1, tokens) * bytesPerToken
        guard text.utf8.count > limit else { return (text, false) }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        while end.samePosition(in: text) == nil { end = text.utf8.index(before: end) }
        var kept = text[..<end]
        if let space = kept.lastIndex(where: \.isWhitespace), kept.distance(from: space, to: kept.endIndex) < 64 {
            kept = kept[..<space]
        }
        return (kept + "…", true)
    }
}
