package import AIUWire

/// Reads a formula as people write it: `3x^2`, `2xy`, `sin x`, `(x+1)(x-1)`, `x squared plus 2`.
package struct FormulaReader {
    private static let functions: Set<String> = [
        "sqrt", "cbrt", "root", "ln", "log", "log10", "log2", "exp", "sin", "cos", "tan", "sec", "csc", "cot", "asin",
        "acos",
        "atan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "abs", "erf", "gamma",
        "floor", "ceil",
    ]
    private static let renamed = ["log": "log10", "arcsin": "asin", "arccos": "acos", "arctan": "atan"]
    private static let constants: [String: String] = [
        "pi": "pi", "e": "e", "infinity": "infinity", "inf": "infinity", "infinite": "infinity",
        "unendlich": "infinity",
        "infini": "infinity", "infinito": "infinity", "oneindig": "infinity", "oo": "infinity",
    ]
    /// Calls within calls, and parentheses within parentheses.
    private static let deepest = 200
    /// `abc` is a product of unknowns, a longer word is none.
    private static let longestProduct = 3

    private let source: String
    private let tokens: [ExpressionToken]
    private var place = 0
    private var depth = 0

    package static func read(_ text: String, decimalComma: Bool = false) throws(ToolReply.Failure) -> Formula {
        guard text.utf8.count <= Qalculate.longestExpression else {
            throw ToolReply.Failure(
                .tooLarge, "The expression is longer than \(Qalculate.longestExpression) characters; shorten it.")
        }
        let tokens = ExpressionReader.tokens(text, decimalComma: decimalComma)
        var reader = FormulaReader(source: text.collapsed, tokens: prepared(tokens))
        for case .word(let word) in reader.tokens where word.count > longestProduct && !isKnown(word) {
            throw reader.failure("\"\(word.prefix(20))\" is neither a function nor an unknown")
        }
        guard !reader.tokens.isEmpty else { throw reader.failure("there is nothing in it") }
        let formula = try reader.sum()
        guard reader.place == reader.tokens.count else { throw reader.unexpected }
        return formula
    }

    private static func isKnown(_ word: String) -> Bool {
        functions.contains(word) || constants[word] != nil || word.dropFirst().allSatisfy { $0.isNumber || $0 == "_" }
    }

    private init(source: String, tokens: [ExpressionToken]) {
        self.source = source
        self.tokens = tokens
    }

    /// Words of arithmetic become signs, and words of letters that are no names become the letters.
    private static func prepared(_ tokens: [ExpressionToken]) -> [ExpressionToken] {
        var result: [ExpressionToken] = []
        var place = 0
        while place < tokens.count {
            // `five`, but not the letters of `on` or `i`.
            if let word = tokens[place].folded, word.count > 2, let number = NumberWords.read(tokens[place...]) {
                result.append(.number("\(number.value)"))
                place += number.count
                continue
            }
            // `e to the x`
            if tokens[place].folded == "to", place + 1 < tokens.count, tokens[place + 1].folded == "the" {
                result.append(.sign("^"))
                place += 2
                continue
            }
            if let word = tokens[place].folded, let (meaning, count) = MathWords.match(tokens[place...]),
                word.count > 1 || count > 1 || tokens[place].folded == "mal"
            {
                switch meaning {
                case .text(let text):
                    result += ExpressionReader.tokens(text.trimmed, decimalComma: false)
                    place += count
                    continue
                case .function(let name) where name != "sq" && name != "cube":
                    result.append(.word(name))
                    place += count
                    continue
                case .nothing where count > 1 || ["the", "is", "please", "solve", "find"].contains(word):
                    place += count
                    continue
                case .nothing, .of, .and, .list, .constant, .function, .from, .remainder: break
                }
            }
            result += letters(tokens[place])
            place += 1
        }
        while let last = result.last, last.isSign(".") || last.isSign("?") || last.isSign(",") { result.removeLast() }
        return result
    }

    private static func letters(_ token: ExpressionToken) -> [ExpressionToken] {
        guard case .word(let word) = token, word.count > 1 else { return [token] }
        let lower = word.lowercased()
        if functions.contains(lower) || constants[lower] != nil { return [.word(lower)] }
        if let greek = FormulaNames.greek[lower] { return [.word(greek)] }
        // x1, x_1
        if word.dropFirst().allSatisfy({ $0.isNumber || $0 == "_" }) { return [token] }
        // sinx, xsin, lnx
        for length in stride(from: word.count - 1, through: 2, by: -1) {
            let head = String(lower.prefix(length))
            if functions.contains(head) || head == "pi" {
                return [.word(head)] + letters(.word(String(word.dropFirst(length))))
            }
        }
        if word.count > longestProduct { return [token] }
        let first = String(word.prefix(1))
        return [.word(first)] + letters(.word(String(word.dropFirst())))
    }

    // MARK: Grammar

    private var current: ExpressionToken? { place < tokens.count ? tokens[place] : nil }

    private mutating func take(_ sign: Character) -> Bool {
        guard current?.isSign(sign) == true else { return false }
        place += 1
        return true
    }

    private mutating func sum() throws(ToolReply.Failure) -> Formula {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("it is nested too deeply") }
        var left = try product()
        while true {
            if take("+") {
                left = .sum(left, try product())
            } else if take("-") {
                left = .difference(left, try product())
            } else {
                return left
            }
        }
    }

    private mutating func product() throws(ToolReply.Failure) -> Formula {
        var left = try signed()
        while true {
            if take("*") {
                left = .product(left, try signed())
            } else if take("/") {
                left = .quotient(left, try signed())
            } else if startsOperand {
                left = .product(left, try power())
            } else {
                return left
            }
        }
    }

    private var startsOperand: Bool {
        switch current {
        case .number, .word: true
        case .sign("("), .sign("∞"): true
        case .sign("|"): bars == 0
        case .sign, nil: false
        }
    }

    private mutating func signed() throws(ToolReply.Failure) -> Formula {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("it is nested too deeply") }
        if take("-") { return .negated(try signed()) }
        if take("+") { return try signed() }
        return try power()
    }

    private mutating func power() throws(ToolReply.Failure) -> Formula {
        var base = try postfix()
        if take("^") {
            base = .power(base, try signed())
        }
        return base
    }

    private mutating func postfix() throws(ToolReply.Failure) -> Formula {
        var inner = try operand()
        while true {
            if take("!") {
                inner = .factorial(inner)
            } else if take("%") {
                inner = .quotient(inner, .number("100"))
            } else {
                return inner
            }
        }
    }

    /// Absolute values that are open.
    private var bars = 0

    private mutating func operand() throws(ToolReply.Failure) -> Formula {
        switch current {
        case .number(let text):
            place += 1
            return .number(text)
        case .word(let word):
            place += 1
            if let constant = Self.constants[word] { return .constant(constant) }
            if Self.functions.contains(word) { return try call(word) }
            return .variable(word)
        case .sign("∞"):
            place += 1
            return .constant("infinity")
        case .sign("("):
            place += 1
            let saved = bars
            bars = 0
            let inner = try sum()
            bars = saved
            guard take(")") else { throw failure("a parenthesis is not closed") }
            return inner
        case .sign("|"):
            place += 1
            bars += 1
            let inner = try sum()
            guard take("|") else { throw failure("a bar of an absolute value is missing") }
            bars -= 1
            return .call("abs", [inner])
        case .sign, nil: throw unexpected
        }
    }

    private mutating func call(_ word: String) throws(ToolReply.Failure) -> Formula {
        let name = Self.renamed[word] ?? word
        // sin^2 x
        var exponent: Formula?
        if take("^") { exponent = try postfix() }
        var arguments: [Formula] = []
        if take("(") {
            repeat { arguments.append(try sum()) } while take(",") || take(";")
            guard take(")") else { throw failure("a parenthesis is not closed") }
        } else {
            arguments.append(try bareArgument())
        }
        let call = Formula.call(name, arguments)
        return exponent.map { .power(call, $0) } ?? call
    }

    /// `sin 2x`: the product of numbers and letters that follows, no further.
    private mutating func bareArgument() throws(ToolReply.Failure) -> Formula {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("it is nested too deeply") }
        var argument = try signed()
        while case .word(let word) = current, !Self.functions.contains(word) {
            argument = .product(argument, try power())
        }
        return argument
    }

    private var unexpected: ToolReply.Failure {
        switch current {
        case .number(let text), .word(let text): failure("\"\(text)\" stands where it has no meaning")
        case .sign(let sign): failure("'\(sign)' stands where it has no meaning")
        case nil: failure("it ends too early")
        }
    }

    private func failure(_ reason: String) -> ToolReply.Failure {
        ToolReply.Failure(
            .invalid, "\"\(source.prefix(80))\" is not a formula: \(reason); write it such as 3*x^2 + 2*x.")
    }
}
