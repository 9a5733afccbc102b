/// Words without what people leave out: capitals and accents.
package enum Folding {
    private static let special: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    ]
    /// What the accents of one-byte Latin letters leave, from U+00E0 on.
    private static let latin = Array("aaaaaaæceeeeiiiiðnooooo÷øuuuuyþy".unicodeScalars)

    package static func fold(_ text: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                result.append(
                    scalar.value >= 0x41 && scalar.value <= 0x5A ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar)
                continue
            }
            for lowered in scalar.properties.lowercaseMapping.unicodeScalars { append(lowered, to: &result) }
        }
        return String(result)
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String.UnicodeScalarView) {
        if let text = special[scalar] {
            result.append(contentsOf: text.unicodeScalars)
        } else if (0xE0...0xFF).contains(scalar.value) {
            result.append(latin[Int(scalar.value - 0xE0)])
        } else if scalar.properties.generalCategory == .nonspacingMark {
            return
        } else if (0x100...0x17F).contains(scalar.value), let base = extended[scalar] {
            result.append(base)
        } else {
            result.append(scalar)
        }
    }

    /// Letters of the central European languages.
    private static let extended: [Unicode.Scalar: Unicode.Scalar] = {
        var table: [Unicode.Scalar: Unicode.Scalar] = [:]
        let groups: [(Unicode.Scalar, String)] = [
            ("a", "āăą"), ("c", "ćĉċč"), ("d", "ď"), ("e", "ēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ĩīĭį"),
            ("k", "ķ"), ("l", "ĺļľ"), ("n", "ńņň"), ("o", "ōŏő"), ("r", "ŕŗř"), ("s", "śŝşš"), ("t", "ţťŧ"),
            ("u", "ũūŭůűų"), ("w", "ŵ"), ("y", "ŷ"), ("z", "źżž"),
        ]
        for (base, letters) in groups {
            for letter in letters.unicodeScalars { table[letter] = base }
        }
        return table
    }()

    /// Only letters and digits of the folded text, in words.
    package static func words(_ text: some StringProtocol) -> [String] { parts(text).map { fold($0) } }

    /// Only letters and digits, in words as they are written.
    package static func parts(_ text: some StringProtocol) -> [String] {
        var words: [String] = []
        var word = ""
        var before: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            let isPart = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            let isMark = scalar.properties.generalCategory == .nonspacingMark
            if isPart || isMark {
                // unitPrice is two words.
                if let before, before.properties.isLowercase, scalar.properties.isUppercase { flush() }
                word.unicodeScalars.append(scalar)
            } else {
                flush()
            }
            before = scalar
        }
        flush()
        return words

        func flush() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
    }
}
