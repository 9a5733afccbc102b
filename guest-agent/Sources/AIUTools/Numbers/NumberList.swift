package import AIUWire

/// The numbers in a person's text: `12, 15 and 20`, `1,5; 2,5`, `$1,200 and $950`, a column of lines.
package enum NumberList {
    package static let most = 1_000_000

    /// Languages in which a comma alone between digits is a decimal one.
    private static let commaLanguages: Set<String> = [
        "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "sv", "da", "nb", "cs",
    ]

    package static func commaIsDecimal(_ languages: [String]) -> Bool {
        languages.first.map { commaLanguages.contains($0) } ?? false
    }

    /// - Parameter argument: its name, for messages.
    package static func read(
        _ text: String, languages: [String] = [], argument: String = "values"
    ) throws(ToolReply.Failure) -> [Double] {
        let tokens = tokens(in: text)
        let decimalComma = commaIsDecimal(languages)
        let style = Style(tokens, decimalComma: decimalComma)
        var numbers: [Double] = []
        for token in tokens {
            for part in style.parts(of: token) {
                guard let number = Double(part), number.isFinite else {
                    throw ToolReply.Failure(.invalid, "\"\(token.prefix(40))\" in `\(argument)` is not a number.")
                }
                numbers.append(number)
            }
            guard numbers.count <= most else {
                throw ToolReply.Failure(
                    .tooLarge, "`\(argument)` has more than \(most) numbers; put them into a CSV file instead.")
            }
        }
        return numbers
    }

    /// Pieces that start with a digit, a sign or a point, and go on to the next separator.
    private static func tokens(in text: String) -> [String] {
        var tokens: [String] = []
        var current: [Character] = []
        let characters = Array(text)
        func isDigit(_ index: Int) -> Bool {
            characters.indices.contains(index) && characters[index].isASCII && characters[index].isNumber
        }
        func finish() {
            while let last = current.last, last == "," || last == "." { current.removeLast() }
            if current.contains(where: \.isNumber) { tokens.append(String(current)) }
            current = []
        }
        for (index, character) in characters.enumerated() {
            switch character {
            case "0"..."9" where character.isASCII:
                // The 2 of `x2` or `Q2` is part of a word.
                if current.isEmpty, index > 0, characters[index - 1].isLetter { continue }
                if current.isEmpty, index > 0, isDigit(index - 1) { continue }
                current.append(character)
            case ",", ".":
                if isDigit(index + 1), !current.isEmpty || character == "." {
                    current.append(character)
                } else {
                    finish()
                }
            case "-", "−", "+":
                if let last = current.last, last == "e" {
                    current.append(character == "−" ? "-" : character)
                } else {
                    let afterNumber = !current.isEmpty
                    finish()
                    let starts =
                        isDigit(index + 1) || (characters.indices.contains(index + 1) && characters[index + 1] == ".")
                    if !afterNumber, starts, character != "+" { current = ["-"] }
                }
            case "e", "E":
                let signed = characters.indices.contains(index + 1) && "+-−".contains(characters[index + 1])
                if !current.isEmpty, isDigit(index + 1) || (signed && isDigit(index + 2)) {
                    current.append("e")
                } else {
                    finish()
                }
            case "'", "’", "\u{202F}", "\u{A0}":
                // Grouping, when three digits follow.
                let grouped = isDigit(index + 1) && isDigit(index + 2) && isDigit(index + 3) && !isDigit(index + 4)
                if current.isEmpty || !grouped { finish() }
            case _:
                finish()
            }
        }
        finish()
        return tokens
    }

    /// What commas and points mean in a list, decided by looking at all of it.
    private struct Style {
        private var comma = Meaning.separator
        private var point = Meaning.decimal

        private enum Meaning { case decimal, grouping, separator }

        init(_ tokens: [String], decimalComma: Bool) {
            let commas = tokens.filter { $0.contains(",") }
            let points = tokens.filter { $0.contains(".") }
            let both = commas.first { $0.contains(".") }
            let isList = tokens.contains { token in token.contains(",") && token.count { $0 == "." } > 1 }
            if isList {
                // 19.8,28.6: two points cannot be in one number, unless they group.
                let grouped = commas.allSatisfy {
                    $0.count { $0 == "," } == 1
                        && Self.isGrouped($0[..<($0.firstIndex(of: ",") ?? $0.endIndex)], by: ".")
                }
                if grouped { (comma, point) = (.decimal, .grouping) }
            } else if let both, let lastComma = both.lastIndex(of: ","), let lastPoint = both.lastIndex(of: ".") {
                let isOneNumber = both.count { $0 == "," } == 1 || Self.isGrouped(both.prefix { $0 != "." }, by: ",")
                if isOneNumber {
                    comma = lastComma > lastPoint ? .decimal : .grouping
                    point = lastComma > lastPoint ? .grouping : .decimal
                }
            } else if !commas.isEmpty {
                let single = commas.allSatisfy { $0.count { $0 == "," } == 1 }
                let grouped = commas.allSatisfy { Self.isGrouped($0, by: ",") }
                if grouped, !(decimalComma && single), tokens.count > 1 || single {
                    comma = .grouping
                } else if single, decimalComma || tokens.count > 1 {
                    comma = .decimal
                    if points.allSatisfy({ Self.isGrouped($0, by: ".") }) { point = .grouping }
                }
            }
            if !isList, points.contains(where: { $0.count { $0 == "." } > 1 }) { point = .grouping }
            if decimalComma, !points.isEmpty, points.allSatisfy({ Self.isGrouped($0, by: ".") }), comma == .decimal {
                point = .grouping
            }
        }

        func parts(of token: String) -> [String] {
            var text = token
            if point == .grouping { text.removeAll { $0 == "." } }
            switch comma {
            case .grouping: text.removeAll { $0 == "," }
            case .decimal: text = text.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ".")
            case .separator: return text.split(separator: ",").map { String($0) }
            }
            return [text]
        }

        private static func isGrouped(_ token: some StringProtocol, by mark: Character) -> Bool {
            let groups = token.drop { $0 == "-" }.split(separator: mark, omittingEmptySubsequences: false)
            guard groups.count > 1, let first = groups.first, (1...3).contains(first.count) else { return false }
            return groups.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(\.isNumber) }
        }
    }
}
