internal import AIUWire

/// Functions and lists in words, and words whose meaning depends on their place.
extension ExpressionTranslator {
    /// The operand that follows, by itself.
    mutating func captured() throws(ToolReply.Failure) -> String {
        let saved = (output, endsWithOperand)
        output = ""
        endsWithOperand = false
        defer { (output, endsWithOperand) = saved }
        var depth = 0
        while place < tokens.count {
            if tokens[place].isSign("(") { depth += 1 }
            if tokens[place].isSign(")") { depth -= 1 }
            if depth < 0 { break }
            let before = output
            try step()
            let grew = output != before
            if depth == 0, grew, endsWithOperand {
                while place < tokens.count,
                    tokens[place].isSign("!") || tokens[place].isSign("^") || tokens[place].isSign("%")
                {
                    let isPower = tokens[place].isSign("^")
                    try step()
                    if isPower, place < tokens.count { try step() }
                }
                break
            }
        }
        return output
    }

    mutating func function(_ name: String) throws(ToolReply.Failure) {
        if name == "log10", place + 1 < tokens.count, tokens[place].folded == "base",
            case .number(let base) = tokens[place + 1]
        {
            place += 2
            operand("log(\(try captured()), \(base))")
            return
        }
        let argument = try captured()
        guard !argument.isEmpty else { throw incomplete }
        switch name {
        case "sq": operand("(\(argument))^2")
        case "cube": operand("(\(argument))^3")
        case _: operand("\(name)(\(argument))")
        }
    }

    mutating func list(_ name: String) throws(ToolReply.Failure) {
        var parts: [String] = [try captured()]
        while place < tokens.count {
            var next = place
            while next < tokens.count,
                tokens[next].isSign(",")
                    || ["and", "und", "et", "y", "e", "en", "i", "from", "to"].contains(tokens[next].folded)
            { next += 1 }
            guard next > place, next < tokens.count else { break }
            place = next
            parts.append(try captured())
        }
        parts.removeAll { $0.isEmpty }
        guard !parts.isEmpty else { throw incomplete }
        switch name {
        case "+", "-", "*", "/": operand("(" + parts.map { "(\($0))" }.joined(separator: " \(name) ") + ")")
        case "mean": operand("((" + parts.joined(separator: " + ") + ")/\(parts.count))")
        case _: operand("\(name)(" + parts.joined(separator: ", ") + ")")
        }
    }

    mutating func choose() throws(ToolReply.Failure) {
        place += 1
        let lower = try captured()
        guard let upper = output.split(separator: " ").last else { throw incomplete }
        output = String(output.dropLast(upper.count)) + "binomial(\(upper), \(lower))"
        endsWithOperand = true
    }

    /// `fourth root of`
    func ordinalRoot() -> Int? {
        let ordinals = [
            "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10,
            "vierte": 4, "funfte": 5,
        ]
        guard place + 3 < tokens.count, let word = tokens[place].folded, let root = ordinals[word],
            ["root", "wurzel"].contains(tokens[place + 1].folded),
            ["of", "aus", "von"].contains(tokens[place + 2].folded)
        else { return nil }
        return root
    }

    /// Words that mean something else between a number and another: `on`, `by`, `to the`, `an hour`.
    mutating func joined(_ folded: String) throws(ToolReply.Failure) -> Bool {
        guard endsWithOperand, place + 1 < tokens.count else { return false }
        let next = tokens[place + 1]
        switch folded {
        case "on", "auf", "sur", "sobre", "su", "op":
            output += output.hasSuffix("%") ? " * " : " / "
            place += 1
        case "by" where next.isNumber:
            throw ToolReply.Failure(
                .invalid, "\"\(source.prefix(80))\" can be a product or a quotient; write it with * or with /.")
        case "to" where next.folded == "the" && place + 2 < tokens.count && tokens[place + 2].isNumber:
            output += "^"
            place += 2
        case "a", "an", "per", "pro", "par":
            guard let unit = UnitNames.read(tokens[(place + 1)...]), tokens[place - 1].isNumber else { return false }
            output += " / \(unit.engine)"
            place += 1 + unit.count
            return true
        case _: return false
        }
        endsWithOperand = false
        return true
    }

    /// Whether a quantity may end before this place.
    func endsQuantity(_ next: Int) -> Bool {
        guard next < tokens.count else { return true }
        if case .sign = tokens[next] { return true }
        return MathWords.match(tokens[next...]) != nil
    }
}
