package import AIUWire

/// Turns tokens of a person's words into an expression that libqalculate reads.
package struct ExpressionTranslator {
    /// The expression and what it is to be shown as.
    package struct Translation: Equatable, Sendable {
        package var expression: String
        /// Into which unit, as the person wrote it.
        package var unit: String?
        /// The same for the engine.
        package var engineUnit: String?
        /// Into which notation: `hex`, `binary`, `octal`, `percent`, `fraction`.
        package var notation: String?
        /// Whether the left side has a unit at all.
        package var hasUnits = false
    }

    private static let functions: Set<String> = [
        "sqrt", "cbrt", "root", "ln", "log", "log10", "log2", "exp", "sin", "cos", "tan", "asin", "acos", "atan",
        "atan2",
        "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "abs", "floor", "ceil", "round", "trunc", "sign", "gcd",
        "lcm",
        "min", "max", "mod", "rem", "factorial", "binomial", "perm", "comb", "isprime", "nthprime", "gamma", "erf",
        "hypot",
        "sec", "csc", "cot", "arcsin", "arccos", "arctan", "mean", "median", "stdev", "ncr", "npr",
    ]
    private static let renamed = [
        "ncr": "binomial", "comb": "binomial", "npr": "perm", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
        "log": "log10",
    ]
    private static let constants = ["pi": "pi", "e": "e", "i": "i", "tau": "(2*pi)", "phi": "golden", "c": "c"]

    let source: String
    var tokens: [ExpressionToken]
    var place = 0
    var output = ""
    var endsWithOperand = false
    private var hasUnits = false
    private var wantsRemainder = false
    /// Characters of the operand written last.
    private var lastOperand = 0

    package static func translate(
        _ tokens: [ExpressionToken], source: String
    ) throws(ToolReply.Failure) -> Translation {
        var rest = tokens
        while let last = rest.last,
            last.isSign("?") || last.isSign("=") || last.isSign(".") || last.isSign(",") || last.isSign(";")
        { rest.removeLast() }
        var unit: UnitNames.Found?
        var notation: String?
        if let question = ConversionQuestion.howMany(rest) {
            (unit, rest) = question
        } else if let question = ConversionQuestion.unitInUnit(rest) {
            (unit, rest) = question
        } else if let (target, from) = ConversionQuestion.target(rest) {
            unit = target
            rest = Array(rest[..<from])
        } else if let (name, from) = ConversionQuestion.notation(rest) {
            notation = name
            rest = Array(rest[..<from])
        }
        var translator = ExpressionTranslator(source: source, tokens: rest)
        try translator.run()
        var expression = translator.output.trimmed
        if let unit { expression = "(\(expression)) to \(unit.engine)" }
        return Translation(
            expression: expression, unit: unit?.display, engineUnit: unit?.engine, notation: notation,
            hasUnits: translator.hasUnits)
    }

    private init(source: String, tokens: [ExpressionToken]) {
        self.source = source
        self.tokens = tokens
    }

    // MARK: Translation

    private mutating func run() throws(ToolReply.Failure) {
        if let order = Imperative.rewritten(tokens) ?? Imperative.continued(tokens) { tokens = order }
        while place < tokens.count { try step() }
    }

    mutating func step() throws(ToolReply.Failure) {
        switch tokens[place] {
        case .number(let text): number(text)
        case .sign(let sign): try self.sign(sign)
        case .word(let word): try self.word(word)
        }
    }

    mutating func operand(_ text: String) {
        // A quantity behind a quantity belongs to it: 5 ft 11 in.
        if endsWithOperand, hasUnits, text.first?.isNumber == true {
            output += " + "
        } else if endsWithOperand {
            output += " * "
        }
        output += text
        lastOperand = text.count
        endsWithOperand = true
    }

    private mutating func operation(_ text: String) {
        output += text
        endsWithOperand =
            text.hasSuffix("!") || text.hasSuffix("%") || text.hasPrefix("^") && text.count > 1
            || text.hasPrefix("*1")
    }

    private mutating func number(_ text: String) {
        place += 1
        var value =
            text.hasPrefix("0b")
            ? Self.whole(text.dropFirst(2), 2) : text.hasPrefix("0o") ? Self.whole(text.dropFirst(2), 8) : text
        // 2 1/2
        if place + 2 < tokens.count, case .number(let top) = tokens[place], tokens[place + 1].isSign("/"),
            case .number(let bottom) = tokens[place + 2], let above = Int(top), let below = Int(bottom), above < below,
            Int(text) != nil
        {
            value = "(\(text)+\(top)/\(bottom))"
            place += 3
        }
        operand(value)
        unit()
    }

    private static func whole(_ digits: Substring, _ radix: Int) -> String {
        Int(digits, radix: radix).map { "\($0)" } ?? "0"
    }

    /// The unit that belongs to the number just written.
    private mutating func unit() {
        guard place < tokens.count else { return }
        if tokens[place].isSign("'"), place + 1 == tokens.count || tokens[place + 1].isNumber {
            output += " ft"
            hasUnits = true
            place += 1
            return
        }
        if tokens[place].isSign("\"") {
            output += " in"
            hasUnits = true
            place += 1
            return
        }
        // `x` and `in` are more often something else, unless nothing follows.
        if let word = tokens[place].folded, ["x", "a"].contains(word) { return }
        if tokens[place].folded == "an", place + 1 < tokens.count, UnitNames.read(tokens[(place + 1)...]) != nil {
            return
        }
        if tokens[place].folded == "in", place + 1 < tokens.count, !tokens[place + 1].isNumber,
            UnitNames.read(tokens[(place + 1)...]) != nil
        {
            return
        }
        // `8 min 3` is a subtraction in Dutch.
        guard let found = UnitNames.read(tokens[place...]) else { return }
        // A quantity under a fraction line stays together.
        if found.engine.contains("/") || output.dropLast(lastOperand).hasSuffix("/ ") {
            output.insert("(", at: output.index(output.endIndex, offsetBy: -lastOperand))
            output += " \(found.engine))"
        } else {
            output += " \(found.engine)"
        }
        hasUnits = true
        place += found.count
    }

    private mutating func sign(_ sign: Character) throws(ToolReply.Failure) {
        place += 1
        switch sign {
        case "+", "-", "/", "*":
            output += sign == "-" && !endsWithOperand ? "-" : " \(sign) "
            endsWithOperand = false
        case "^" where !endsWithOperand || output.hasSuffix("^"): throw stray(sign)
        case "^", "!", "%": operation(String(sign))
        case "(":
            if endsWithOperand { output += " * " }
            output += "("
            endsWithOperand = false
        case ")":
            output += ")"
            lastOperand = 0
            endsWithOperand = true
            unit()
        case ",", ";":
            output += ", "
            endsWithOperand = false
        case ":" where endsWithOperand:
            output += " / "
            endsWithOperand = false
        case "?", "=", "\"", "'", ".": break
        case _:
            throw ToolReply.Failure(
                .invalid,
                "The calculator does not know the sign '\(sign)' in \"\(source.prefix(80))\"; leave it out or say it in words."
            )
        }
    }

    private mutating func word(_ word: String) throws(ToolReply.Failure) {
        let rest = tokens[place...]
        let folded = Folding.fold(word)
        let opensCall = place + 1 < tokens.count && tokens[place + 1].isSign("(")
        if opensCall, Self.functions.contains(folded) {
            place += 1
            if endsWithOperand { output += " * " }
            output += folded == "log" && hasTwoArguments() ? "log" : Self.renamed[folded] ?? folded
            endsWithOperand = false
            return
        }
        if !endsWithOperand, let (meaning, count) = MathWords.match(rest), count > 1, NumberWords.read(rest) != nil {
            try meant(meaning, count)
            return
        }
        if let root = ordinalRoot() {
            place += 3
            operand("root(\(try captured()), \(root))")
            return
        }
        if try joined(folded) { return }
        if !endsWithOperand || folded == "hundred" || folded == "thousand", let number = NumberWords.read(rest),
            !(folded == "un" && place == 0)
        {
            place += number.count
            operand("\(number.value)")
            unit()
            return
        }
        if endsWithOperand, folded == "choose" || folded == "over", place + 1 < tokens.count, folded == "choose" {
            try choose()
            return
        }
        if let (meaning, count) = MathWords.match(rest) {
            try meant(meaning, count)
            return
        }
        if let found = UnitNames.read(rest), found.count > 1 || word.count > 1 || endsWithOperand {
            place += found.count
            if endsWithOperand { output += " * " }
            output += found.engine
            hasUnits = true
            endsWithOperand = true
            return
        }
        if let constant = Self.constants[folded] {
            place += 1
            operand(constant)
            return
        }
        // What is counted does not change the sum: `5 eggs plus 3`.
        if place > 0, tokens[place - 1].isNumber, word.count > 2, endsQuantity(place + 1) {
            place += 1
            return
        }
        throw ToolReply.Failure(
            .invalid,
            "The calculator does not understand \"\(word)\" in \"\(source.prefix(80))\"; use numbers, operators, functions and units."
        )
    }

    mutating func meant(_ meaning: MathWords.Meaning, _ count: Int) throws(ToolReply.Failure) {
        let start = place
        place += count
        switch meaning {
        case .text(let text):
            if ["+", "-", "*", "/", " mod "].contains(text) || text == "^" {
                let sign = text == "/" && wantsRemainder ? "mod" : text.trimmed
                output += text == "^" ? "^" : " \(sign) "
                endsWithOperand = false
            } else if text == "pi" {
                operand(text)
            } else if text.hasSuffix("*") {
                if endsWithOperand { output += " + " }
                output += text
                endsWithOperand = false
            } else if text.hasPrefix("*1"), !endsWithOperand {
                operand(String(text.dropFirst()))
            } else {
                operation(text)
            }
            if text.hasPrefix("*1") { unit() }
        case .constant(let name): operand(name)
        case .remainder: wantsRemainder = true
        case .from:
            guard endsWithOperand, place < tokens.count else { return }
            let taken = output
            (output, endsWithOperand) = ("", false)
            while place < tokens.count { try step() }
            output = "(\(output)) - (\(taken))"
        case .nothing:
            // A single letter behind a number is its unit.
            if endsWithOperand, let found = UnitNames.read(tokens[start...]) {
                place = start + found.count
                output += " \(found.engine)"
                hasUnits = true
            }
        case .of:
            if endsWithOperand, place < tokens.count {
                output += " * "
                endsWithOperand = false
            }
        case .and:
            if endsWithOperand, place < tokens.count {
                output += " + "
                endsWithOperand = false
            }
        case .function(let name): try function(name)
        case .list(let name): try list(name)
        }
    }

    /// Whether the call that opens at the next token has a comma at its own level.
    private func hasTwoArguments() -> Bool {
        var depth = 0
        for token in tokens[place...] {
            if token.isSign("(") { depth += 1 }
            if token.isSign(")") { depth -= 1 }
            if depth == 0 { return false }
            if depth == 1, token.isSign(",") || token.isSign(";") { return true }
        }
        return false
    }

    private func stray(_ sign: Character) -> ToolReply.Failure {
        ToolReply.Failure(
            .invalid, "There is nothing before '\(sign)' in \"\(source.prefix(80))\"; write a number there.")
    }

    var incomplete: ToolReply.Failure {
        ToolReply.Failure(
            .invalid, "\"\(source.prefix(80))\" is not complete; say what the function is to be taken of.")
    }
}
