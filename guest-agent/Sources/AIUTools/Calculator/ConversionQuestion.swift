/// Which unit or notation a person wants a result in.
enum ConversionQuestion {
    private static let toWords: Set<String> = [
        "to", "in", "into", "as", "zu", "nach", "en", "a", "em", "para", "naar", "na", "w", "et", "un", "auf", "vers",
        "do",
    ]
    private static let notations: [String: String] = [
        "hex": "hex", "hexadecimal": "hex", "hexadezimal": "hex", "hexadecimale": "hex", "binary": "binary",
        "bin": "binary",
        "binar": "binary", "binaire": "binary", "binario": "binary", "octal": "octal", "oktal": "octal", "oct": "octal",
        "decimal": "decimal", "dec": "decimal", "dezimal": "decimal", "percent": "percent", "percentage": "percent",
        "prozent": "percent", "fraction": "fraction", "bruch": "fraction", "roman": "roman",
    ]
    private static let howManyWords: [[String]] = [
        ["how", "many"], ["how", "much"], ["wie", "viele"], ["wie", "viel"], ["wieviele"], ["wieviel"],
        ["combien", "de"],
        ["combien", "d"], ["cuantos"], ["cuantas"], ["quanti"], ["quante"], ["quantos"], ["quantas"], ["hoeveel"],
        ["ile"],
    ]
    private static let fillers: Set<String> = [
        "is", "are", "in", "does", "do", "make", "there", "has", "have", "equals", "to", "sind", "ist", "hat", "y", "a",
        "il", "dans", "un", "une", "font", "fait", "son", "hay", "en", "una", "sono", "ci", "uno", "sao", "ha", "em",
        "um", "uma", "een", "er", "zijn", "ein", "eine", "einem", "einer", "jest", "w", "the", "an", "one",
    ]

    /// `… to km`: the unit behind the last such word, when nothing else is behind it.
    static func target(_ tokens: [ExpressionToken]) -> (UnitNames.Found, Int)? {
        for index in tokens.indices.reversed() where index > 0 && index + 1 < tokens.count {
            var start = index + 1
            guard let word = tokens[index].folded, toWords.contains(word) || word == "is" else { continue }
            if word == "is" || word == "un" || word == "et" { continue }
            while start < tokens.count - 1, ["the", "unit", "units", "de", "di"].contains(tokens[start].folded) {
                start += 1
            }
            if let unit = UnitNames.read(tokens[start...]), start + unit.count == tokens.count { return (unit, index) }
        }
        // `5 miles = ? km`, `5 miles = km`
        if let mark = tokens.lastIndex(where: { $0.isSign("=") }) {
            let start = mark + 1 < tokens.count && tokens[mark + 1].isSign("?") ? mark + 2 : mark + 1
            if start < tokens.count, let unit = UnitNames.read(tokens[start...]), start + unit.count == tokens.count {
                return (unit, mark)
            }
        }
        return nil
    }

    /// `how many feet are in 2 miles`
    static func howMany(_ tokens: [ExpressionToken]) -> (UnitNames.Found, [ExpressionToken])? {
        let words = tokens.map { $0.folded ?? "" }
        guard let start = howManyWords.first(where: { words.starts(with: $0) }),
            let unit = UnitNames.read(tokens[start.count...])
        else { return nil }
        var place = start.count + unit.count
        while place < tokens.count, let word = tokens[place].folded, fillers.contains(word) { place += 1 }
        var rest = Array(tokens[place...])
        guard !rest.isEmpty else { return nil }
        if UnitNames.read(rest[...]) != nil { rest.insert(.number("1"), at: 0) }
        return (unit, rest)
    }

    /// `seconds in a day`
    static func unitInUnit(_ tokens: [ExpressionToken]) -> (UnitNames.Found, [ExpressionToken])? {
        guard let unit = UnitNames.read(tokens[...]), unit.count + 1 < tokens.count,
            let word = tokens[unit.count].folded,
            ["in", "per", "en", "dans", "na", "w", "are", "is", "sind", "sont", "son"].contains(word)
        else { return nil }
        let rest = tokens[(unit.count + 1)...].drop { $0.folded.map { fillers.contains($0) } ?? false }
        if let whole = UnitNames.read(rest), whole.count == rest.count { return (unit, [.number("1")] + rest) }
        guard rest.first?.isNumber == true, let whole = UnitNames.read(rest.dropFirst()), whole.count + 1 == rest.count
        else { return nil }
        return (unit, Array(rest))
    }

    /// `255 in hex`, `0.75 as a percentage`: which notation, and where that begins.
    static func notation(_ tokens: [ExpressionToken]) -> (String, Int)? {
        guard tokens.count >= 3, let name = tokens.last?.folded.flatMap({ notations[$0] }) else { return nil }
        var place = tokens.count - 2
        while place > 1, ["a", "an", "the", "ein", "einen", "un", "une", "una"].contains(tokens[place].folded) {
            place -= 1
        }
        guard let word = tokens[place].folded, toWords.contains(word) || word == "als" || word == "como" else {
            return nil
        }
        return (name, place)
    }
}
