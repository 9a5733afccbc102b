package import AIUWire

/// Something that a person asked to keep.
package struct Fact: Equatable, Sendable {
    /// Bytes of UTF-8; what is longer is a document.
    package static let longest = 1000

    /// Its name: it keeps it, and no later fact gets it.
    package let number: Int
    /// Milliseconds since 1970.
    package let time: Int64
    package let text: String
    /// Nil until its meaning was asked for.
    package internal(set) var vector: FactVector?

    package var shown: MemoryFact { MemoryFact(number: number, time: time, text: text) }

    package func meaning(_ vector: FactVector) -> Fact {
        var fact = self
        fact.vector = vector
        return fact
    }

    /// One line without what commands terminals; nil when nothing is left.
    package static func cleaned(_ text: String) -> String? {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { kept.append(isText(scalar) ? scalar : " ") }
        let words = String(kept).split(whereSeparator: \.isWhitespace)
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    private static func isText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        // It joins the parts of some pictures; its kin turn the direction of text round.
        case .format: scalar == "\u{200D}"
        default: true
        }
    }
}
