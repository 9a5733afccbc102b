/// A piece of what a person wants computed.
package enum ExpressionToken: Equatable, Sendable {
    /// With a point and without grouping.
    case number(String)
    case word(String)
    case sign(Character)

    package var folded: String? {
        guard case .word(let word) = self else { return nil }
        return Folding.fold(word)
    }

    package var isNumber: Bool {
        guard case .number = self else { return false }
        return true
    }

    package func isSign(_ sign: Character) -> Bool { self == .sign(sign) }
}

/// Takes a text apart: numbers however they are grouped, words, signs in their plain form.
package struct ExpressionReader {
    private let characters: [Character]
    private let decimalComma: Bool
    private var place = 0
    private var tokens: [ExpressionToken] = []
    /// For every open parenthesis: whether it belongs to a function, whose arguments have commas between them.
    private var calls: [Bool] = []

    private static let signs: [Character: Character] = [
        "×": "*", "·": "*", "∙": "*", "⋅": "*", "÷": "/", "∕": "/", "−": "-", "–": "-", "—": "-", "＋": "+", "＝": "=",
        "：": ":",
        "’": "'", "′": "'", "″": "\"", "“": "\"", "”": "\"", "„": "\"", "[": "(", "]": ")", "≥": ">", "≤": "<",
    ]
    private static let superscripts: [Character: Character] = [
        "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
    ]
    private static let fractions: [Character: String] = [
        "½": "(1/2)", "⅓": "(1/3)", "⅔": "(2/3)", "¼": "(1/4)", "¾": "(3/4)", "⅕": "(1/5)", "⅛": "(1/8)",
    ]

    package static func tokens(_ text: String, decimalComma: Bool) -> [ExpressionToken] {
        var reader = ExpressionReader(characters: Array(text), decimalComma: decimalComma)
        while reader.place < reader.characters.count { reader.step() }
        return reader.tokens
    }

    private init(characters: [Character], decimalComma: Bool) {
        self.characters = characters
        self.decimalComma = decimalComma
    }

    private func isDigit(_ index: Int) -> Bool {
        characters.indices.contains(index) && ("0"..."9").contains(characters[index])
    }

    private func digits(from index: Int) -> Int {
        var end = index
        while isDigit(end) { end += 1 }
        return end - index
    }

    private mutating func step() {
        let character = characters[place]
        if isDigit(place) || (character == "." && isDigit(place + 1)) {
            number()
        } else if let figure = Self.superscripts[character] {
            var exponent = String(figure)
            place += 1
            while place < characters.count, let next = Self.superscripts[characters[place]] {
                exponent.append(next)
                place += 1
            }
            tokens += [.sign("^"), .number(exponent)]
        } else if let fraction = Self.fractions[character] {
            place += 1
            if case .number = tokens.last { tokens.append(.sign("+")) }
            tokens += Self.tokens(fraction, decimalComma: false)
        } else if character == "°" {
            place += 1
            if place < characters.count, "CFKcfk".contains(characters[place]), !isLetter(place + 1) {
                tokens.append(.word("°" + characters[place].uppercased()))
                place += 1
            } else {
                tokens.append(.word("deg"))
            }
        } else if character == "√" {
            place += 1
            tokens.append(.word("sqrt"))
        } else if character == "∛" {
            place += 1
            tokens.append(.word("cbrt"))
        } else if character == "π" {
            place += 1
            tokens.append(.word("pi"))
        } else if isLetter(place) {
            word()
        } else if character.isWhitespace {
            place += 1
        } else {
            sign(Self.signs[character] ?? character)
        }
    }

    private func isLetter(_ index: Int) -> Bool {
        characters.indices.contains(index) && (characters[index].isLetter || characters[index] == "_")
            && characters[index] != "π"
    }

    private mutating func word() {
        let start = place
        while isLetter(place) || (place > start && isDigit(place)) { place += 1 }
        tokens.append(.word(String(characters[start..<place])))
        // The minus of `light-year` and `twenty-five` is none.
        let isJoined = place + 1 < characters.count && isLetter(place + 1)
        if isJoined, characters[place] == "-", place - start > 1 { place += 1 }
        // `what's`, `l'heure`
        if isJoined, characters[place] == "'" || characters[place] == "’" { place += 1 }
    }

    private mutating func sign(_ sign: Character) {
        place += 1
        switch sign {
        case "(":
            if case .word = tokens.last { calls.append(true) } else { calls.append(calls.last ?? false) }
        case ")": _ = calls.popLast()
        case "*" where place < characters.count && characters[place] == "*":
            place += 1
            tokens.append(.sign("^"))
            return
        case _: break
        }
        tokens.append(.sign(sign))
    }

    private mutating func number() {
        if characters[place] == "0", place + 2 < characters.count, "xXbBoO".contains(characters[place + 1]),
            characters[place + 2].isHexDigit
        {
            based()
            return
        }
        var text = ""
        var end = place
        while isDigit(end) || isMark(end, after: text) {
            text.append(characters[end])
            end += 1
        }
        place = end
        var plain = normalised(text)
        let signed = place + 2 < characters.count && "+-−".contains(characters[place + 1]) && isDigit(place + 2)
        if place < characters.count, characters[place] == "e" || characters[place] == "E", isDigit(place + 1) || signed
        {
            plain += "e"
            place += 1
            if !isDigit(place) {
                if characters[place] != "+" { plain += "-" }
                place += 1
            }
            let count = digits(from: place)
            plain += String(characters[place..<place + count])
            place += count
        }
        tokens.append(.number(plain))
        // 12h30
        if place < characters.count, characters[place] == "h", isDigit(place + 1), digits(from: place + 1) <= 2 {
            let count = digits(from: place + 1)
            tokens += [.word("h"), .number(String(characters[place + 1...place + count])), .word("min")]
            place += count + 1
        }
    }

    private mutating func based() {
        var text = "0" + characters[place + 1].lowercased()
        place += 2
        while place < characters.count, characters[place].isHexDigit {
            text.append(characters[place])
            place += 1
        }
        tokens.append(.number(text))
    }

    /// Whether a mark at this place is part of the number so far.
    private func isMark(_ index: Int, after text: String) -> Bool {
        guard characters.indices.contains(index), isDigit(index + 1) else { return false }
        let three = digits(from: index + 1) == 3
        switch characters[index] {
        case ".": return true
        case ",": return !(calls.last ?? false)
        case "'", "’", "\u{A0}", "\u{202F}": return three
        case " ": return three && text.allSatisfy { $0 != "." } && digits(from: index - text.count) <= 3
        case "_": return true
        case _: return false
        }
    }

    private func normalised(_ raw: String) -> String {
        let text = raw.filter { $0 == "." || $0 == "," || $0.isNumber }
        let commas = text.count { $0 == "," }
        let points = text.count { $0 == "." }
        func without(_ mark: Character) -> String { text.filter { $0 != mark } }
        func decimal(_ mark: Character, without group: Character) -> String {
            String(text.filter { $0 != group }.map { $0 == mark ? "." : $0 })
        }
        if commas > 0, points > 0, let comma = text.lastIndex(of: ","), let point = text.lastIndex(of: ".") {
            return comma > point ? decimal(",", without: ".") : decimal(".", without: ",")
        }
        if points > 1 { return without(".") }
        if commas > 1 { return without(",") }
        if commas == 1 {
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let grouped = parts[1].count == 3 && (1...3).contains(parts[0].count) && parts[0] != "0"
            return grouped && !decimalComma ? without(",") : decimal(",", without: ".")
        }
        return text
    }
}
