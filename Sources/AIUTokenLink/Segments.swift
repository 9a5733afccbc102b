/// Where a text is cut into segments, each of which is counted for itself.
///
/// So the number of a text's tokens is the sum over its segments. It does not depend on the pieces in which the text came, and
/// counting what was added to a text never means counting all of it again. With the vocabularies in use a cut never goes
/// through a token that the whole text would have had: before a single space between two words, and after a single line break
/// between two.
package struct Segments: Equatable, Sendable {
    /// What becomes of the space before which a text is cut.
    package enum Space: Equatable, Sendable {
        /// There are no cuts at spaces.
        case never
        /// It is part of the word.
        case kept
        /// The vocabulary puts one before every text by itself.
        case implied
    }

    /// A longer word is cut in two.
    package static let longest = 128
    /// A token stands for no more bytes than these: what is longer counts as several. A vocabulary of word pieces has one
    /// token for every word that it does not know, however long that is.
    package static let bytesPerToken = 32

    package var space: Space
    package var cutsAtLines: Bool

    package init(space: Space, cutsAtLines: Bool) {
        self.space = space
        self.cutsAtLines = cutsAtLines
    }

    /// Where the segment ends that begins at `start`; nil when that takes more of the text.
    package func end(of text: [UInt8], from start: Int, isLast: Bool) -> Int? {
        var index = start + 1
        while index < text.count, index - start < Self.longest {
            if space != .never, text[index] == Self.blank, Self.isWritten(text[index - 1]) {
                guard index + 1 < text.count else { break }
                if Self.isWritten(text[index + 1]) { return index }
            }
            if cutsAtLines, text[index - 1] == Self.lineBreak, index >= start + 2, Self.isWritten(text[index - 2]),
                Self.isWritten(text[index])
            {
                return index
            }
            index += 1
        }
        if index - start >= Self.longest {
            // Never within a character.
            while index < text.count, text[index] & 0xC0 == 0x80, index > start + 1 { index -= 1 }
            return index
        }
        return isLast && start < text.count ? text.count : nil
    }

    /// The bytes of a segment that are put to the vocabulary.
    package func spoken(_ text: [UInt8], from start: Int, to end: Int, isFirst: Bool) -> ArraySlice<UInt8> {
        guard space == .implied, !isFirst, end - start > 1, text[start] == Self.blank, Self.isWritten(text[start + 1])
        else { return text[start..<end] }
        return text[(start + 1)..<end]
    }

    /// How often a segment counts that has so many tokens of the vocabulary.
    package static func count(tokens: Int, bytes: Int) -> Int {
        max(tokens, (bytes + bytesPerToken - 1) / bytesPerToken)
    }

    /// Ends of characters within a segment, the longest part first. A part of nothing but blanks is none: in the text that it
    /// would end, it belongs to the segment before.
    package static func parts(of text: [UInt8], from start: Int, to end: Int) -> [Int] {
        guard let word = (start..<end).first(where: { isWritten(text[$0]) }) else { return [] }
        return ((word + 1)..<max(end, word + 1)).reversed().filter { text[$0] & 0xC0 != 0x80 }
    }

    private static let blank = UInt8(ascii: " ")
    private static let lineBreak = UInt8(ascii: "\n")

    /// Not a blank, as far as a single byte tells.
    private static func isWritten(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }
}
