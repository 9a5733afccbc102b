internal import AIUJSON
package import AIUWire

/// Solves equations with libqalculate, checks what it says, and searches by numbers where it says nothing.
package struct EquationSolver: Sendable {
    /// One value of an unknown.
    struct Root: Sendable {
        var text: String
        var approximate: Double?
    }

    private let equations: [Equation]
    private let wanted: String?

    package init(_ equations: [Equation], variable: String?) {
        self.equations = equations
        wanted = variable
    }

    package func solve(source: String) throws(ToolReply.Failure) -> ToolReply {
        let variables = equations.reduce(into: Set<String>()) { $0.formUnion($1.variables) }
        // With one unknown only that one can be meant.
        if let wanted, !variables.contains(wanted), variables.count != 1 {
            throw ToolReply.Failure(
                .invalid,
                "There is no '\(wanted)' in \"\(source.prefix(80))\"; it has \(ColumnChoice.list(variables.sorted())).")
        }
        guard !variables.isEmpty else {
            throw ToolReply.Failure(
                .invalid, "\"\(source.prefix(80))\" has no unknown to solve for; name one with a letter such as x.")
        }
        guard equations.count == 1, let equation = equations.first else {
            return try system(variables.sorted(), source)
        }
        let variable = if let wanted, variables.contains(wanted) { wanted } else { try Self.unknown(variables, source) }
        if equation.relation != "=" { return try inequality(equation, variable, source) }
        return try single(equation, variable, source)
    }

    /// The unknown that is meant when none is named.
    private static func unknown(_ variables: Set<String>, _ source: String) throws(ToolReply.Failure) -> String {
        if variables.count == 1, let only = variables.first { return only }
        if variables.contains("x") { return "x" }
        if variables.contains("y") { return "y" }
        throw ToolReply.Failure(
            .invalid,
            "\"\(source.prefix(80))\" has several unknowns, \(ColumnChoice.list(variables.sorted())); say which one to solve for."
        )
    }

    // MARK: One equation

    private func single(_ equation: Equation, _ variable: String, _ source: String) throws(ToolReply.Failure)
        -> ToolReply
    {
        let name = FormulaNames.engineName(variable)
        let call = "solve(\(equation.engineText), \(name))"
        var complex = Qalculate.Request.algebra(call)
        complex.complex = true
        let plain = Qalculate.Request.algebra(equation.engineText)
        let answers = try Qalculate().evaluate([plain, .algebra(call), complex])
        if answers.allSatisfy({ $0.status == .timeout }) { throw Self.timeout(source) }
        let isAlone = equation.variables.count == 1
        // `1` and `0` say always and never.
        if isAlone, answers[0].finished, let reply = always(equation, answers[0].text, variable) { return reply }
        var roots = answers[0].finished ? Self.alternatives(answers[0].text, variable) : []
        if roots.isEmpty, answers[1].finished { roots = Self.vector(answers[1].text) }
        roots = roots.filter { verified($0, equation, variable) }
        if !roots.isEmpty { return reply(roots, variable, source, isExact: true) }
        if isAlone {
            let zeros = RootFinder.zeros(of: equation.difference, in: variable)
            if !zeros.isEmpty {
                return reply(
                    zeros.map { Root(text: NumberFormat.write($0), approximate: $0) }, variable, source, isExact: false)
            }
        } else if let roots = quadratic(equation, variable), !roots.isEmpty {
            return reply(roots, variable, source, isExact: true)
        }
        let imaginary = answers[2].finished ? Self.vector(answers[2].text.replacing("sqrt(-", with: "i * sqrt(")) : []
        if !imaginary.isEmpty, imaginary.allSatisfy({ $0.text.contains("i") && !$0.text.contains("solve(") }) {
            return reply(imaginary, variable, source, isExact: true, isComplex: true)
        }
        throw ToolReply.Failure(
            .failed,
            "No solution of \"\(source.prefix(80))\" for \(variable) was found, neither by rearranging nor by searching real numbers."
        )
    }

    private func always(_ equation: Equation, _ text: String, _ variable: String) -> ToolReply? {
        let isSame = FormulaCheck.same(equation.left, equation.right)
        if text == "1", isSame == true {
            return ToolReply(
                text: "all \(variable)", value: ["solutions": "all", "variable": .string(variable)],
                phrase: .init("algebra_solver.always", ["variable": variable]))
        }
        guard text == "0", isSame == false,
            FormulaCheck.same(.difference(equation.difference, equation.difference.moved(variable)), .number("0"))
                == true
        else { return nil }
        return ToolReply(
            text: "no solution", value: ["solutions": [], "variable": .string(variable)],
            phrase: .init("algebra_solver.never"))
    }

    /// `x = 3 or x = 2`
    static func alternatives(_ text: String, _ variable: String) -> [Root] {
        guard !text.contains("and"), !text.contains("solve(") else { return [] }
        var roots: [Root] = []
        for part in text.components(" or ") {
            var side = part
            while side.hasPrefix("(") && side.hasSuffix(")") && side.contains("=") {
                side = String(side.dropFirst().dropLast())
            }
            let plain = side.filter { $0 != "'" && $0 != "\"" }
            guard plain.hasPrefix("\(variable) = ") else { return [] }
            roots.append(root(String(plain.dropFirst(variable.count + 3))))
        }
        return roots
    }

    /// `[3  2]`, or one value.
    static func vector(_ text: String) -> [Root] {
        guard !text.contains("solve("), !text.isEmpty else { return [] }
        guard text.hasPrefix("["), text.hasSuffix("]") else { return [root(text)] }
        return String(text.dropFirst().dropLast()).components("  ").map { root($0) }
    }

    /// Whether the first parenthesis closes with the last character.
    private static func isEnclosed(_ text: String) -> Bool {
        guard text.hasPrefix("("), text.hasSuffix(")") else { return false }
        var depth = 0
        for (index, character) in text.enumerated() {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0, index < text.count - 1 { return false }
        }
        return true
    }

    private static func root(_ text: String) -> Root {
        var plain = text.trimmed
        if isEnclosed(plain) { plain = String(plain.dropFirst().dropLast()) }
        let readable = FormulaText.readable(plain)
        // What cannot be read has imaginary parts or free whole numbers; it has no value.
        let formula = try? FormulaReader.read(readable)
        let value = formula.flatMap { $0.variables.isEmpty ? $0.value([:]) : nil }
        return Root(text: readable, approximate: value.flatMap { $0.isFinite ? $0 : nil })
    }

    /// Whether the equation holds with it; roots with other letters are checked by numbers for those.
    private func verified(_ root: Root, _ equation: Equation, _ variable: String) -> Bool {
        // What cannot be read cannot be verified.
        guard let formula = try? FormulaReader.read(root.text) else { return false }
        let free = formula.variables.subtracting(equation.variables)
        // `2 pi n`: for every whole n.
        var known: [String: Double] = [:]
        for name in free { known[name] = 2 }
        if equation.variables.subtracting([variable]).isEmpty {
            let x = formula.value(known)
            let (left, right) = (equation.left.value([variable: x]), equation.right.value([variable: x]))
            guard x.isFinite, left.isFinite, right.isFinite else { return false }
            return abs(left - right) <= 1e-6 * max(1, abs(left), abs(right), abs(x))
        }
        let left = equation.left.substituting(variable, formula)
        let right = equation.right.substituting(variable, formula)
        return FormulaCheck.same(left, right) ?? false
    }

    /// The formula for quadratic equations with letters for numbers.
    private func quadratic(_ equation: Equation, _ variable: String) -> [Root]? {
        let f = equation.difference
        let zero = f.substituting(variable, .number("0"))
        let one = f.substituting(variable, .number("1"))
        let minus = f.substituting(variable, .negated(.number("1")))
        let two = f.substituting(variable, .number("2"))
        // a = (f(1) + f(-1)) / 2 - f(0), b = (f(1) - f(-1)) / 2
        let a = Formula.difference(.quotient(.sum(one, minus), .number("2")), zero)
        let b = Formula.quotient(.difference(one, minus), .number("2"))
        let fourA = Formula.product(.number("4"), a)
        // When the engine fails here, the equation is solved the other ways.
        guard FormulaCheck.same(.sum(.sum(fourA, .product(.number("2"), b)), zero), two) == true,
            let answers = try? Qalculate().evaluate([a, b, zero].map { .algebra($0.engineText) }),
            answers.allSatisfy(\.finished)
        else { return nil }
        let parts = answers.map { answer in
            let text = FormulaText.readable(answer.text)
            return text.count == 1 ? text : "(\(text))"
        }
        return ["+", "-"].map { sign in
            Root(
                text: "(-\(parts[1]) \(sign) sqrt(\(parts[1])^2 - 4*\(parts[0])*\(parts[2]))) / (2*\(parts[0]))",
                approximate: nil)
        }.filter { verified($0, equation, variable) }
    }

    private func inequality(_ equation: Equation, _ variable: String, _ source: String) throws(ToolReply.Failure)
        -> ToolReply
    {
        let answer = try Qalculate().evaluate([.algebra(equation.engineText)])[0]
        guard answer.finished else { throw Self.timeout(source) }
        let text: String
        switch answer.text {
        case "1": text = "all \(variable)"
        case "0": text = "no solution"
        case let other: text = FormulaText.readable(other)
        }
        return ToolReply(
            text: text, value: ["solution": .string(text), "variable": .string(variable)],
            phrase: .init("algebra_solver.result", ["result": text]))
    }

    private func reply(
        _ roots: [Root], _ variable: String, _ source: String, isExact: Bool, isComplex: Bool = false
    ) -> ToolReply {
        var seen: Set<String> = []
        let sorted = roots.filter { seen.insert($0.text).inserted }.sorted {
            ($0.approximate ?? .infinity) < ($1.approximate ?? .infinity)
        }
        let lines = sorted.map { "\(variable) = \($0.text)" }
        let shown = sorted.map { root -> String in
            guard let value = root.approximate, Double(root.text) == nil else { return "\(variable) = \(root.text)" }
            return "\(variable) = \(root.text) ≈ \(NumberFormat.write(value, digits: 8))"
        }
        let solutions = sorted.map { root -> JSON in
            var entry: JSON = ["exact": .string(root.text)]
            if let value = root.approximate { entry["value"] = .number(value) }
            return entry
        }
        let name = isComplex ? "complex" : isExact ? "result" : "approximate"
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: [
                "variable": .string(variable), "solutions": .array(solutions), "exact": .bool(isExact),
                "complex": .bool(isComplex),
            ],
            phrase: .init("algebra_solver.\(name)", ["result": shown.joined(separator: ", ")]))
    }

    // MARK: Systems

    private func system(_ variables: [String], _ source: String) throws(ToolReply.Failure) -> ToolReply {
        guard equations.allSatisfy({ $0.relation == "=" }) else {
            throw ToolReply.Failure(.invalid, "Several inequalities at once cannot be solved; give them one by one.")
        }
        guard variables.count <= equations.count else {
            throw ToolReply.Failure(
                .invalid,
                "\(equations.count) equations do not determine \(variables.count) unknowns (\(ColumnChoice.list(variables))); give as many as unknowns."
            )
        }
        let names = variables.map { FormulaNames.engineName($0) }.joined(separator: "; ")
        let request = Qalculate.Request.algebra(
            "multisolve([\(equations.map(\.engineText).joined(separator: "; "))], [\(names)])")
        let answer = try Qalculate().evaluate([request])[0]
        let roots = answer.finished ? Self.vector(answer.text) : []
        if roots.count == variables.count, fits(roots, variables) { return reply(variables, roots, isExact: true) }
        if let found = SystemSearch(equations, variables).solutions(), !found.isEmpty {
            if found.count == 1, let first = found.first {
                return reply(
                    variables, first.map { Root(text: NumberFormat.write($0), approximate: $0) }, isExact: false)
            }
            return several(variables, found)
        }
        throw ToolReply.Failure(
            .failed,
            "No solution of these \(equations.count) equations was found; they may contradict each other or depend on each other."
        )
    }

    private func fits(_ roots: [Root], _ variables: [String]) -> Bool {
        var values: [String: Double] = [:]
        for (variable, root) in zip(variables, roots) {
            guard let value = root.approximate else { return false }
            values[variable] = value
        }
        return equations.allSatisfy { equation in
            let (left, right) = (equation.left.value(values), equation.right.value(values))
            return abs(left - right) <= 1e-6 * max(1, abs(left), abs(right))
        }
    }

    private func reply(_ variables: [String], _ roots: [Root], isExact: Bool) -> ToolReply {
        let lines = zip(variables, roots).map { "\($0) = \($1.text)" }
        let solution = JSON.object(
            zip(variables, roots).map { variable, root in
                JSON.Member(variable, root.approximate.map { .number($0) } ?? .string(root.text))
            })
        return ToolReply(
            text: lines.joined(separator: "\n"), value: ["solutions": [solution], "exact": .bool(isExact)],
            phrase: .init(
                "algebra_solver.\(isExact ? "result" : "approximate")", ["result": lines.joined(separator: ", ")]))
    }

    private func several(_ variables: [String], _ found: [[Double]]) -> ToolReply {
        let lines = found.map { values in
            zip(variables, values).map { "\($0) = \(NumberFormat.write($1))" }.joined(separator: ", ")
        }
        let solutions = found.map { values in
            JSON.object(zip(variables, values).map { JSON.Member($0, .number($1)) })
        }
        return ToolReply(
            text: lines.joined(separator: "\n"), value: ["solutions": .array(solutions), "exact": false],
            phrase: .init("algebra_solver.approximate", ["result": lines.joined(separator: "; ")]))
    }

    private static func timeout(_ source: String) -> ToolReply.Failure {
        ToolReply.Failure(.timedOut, "\"\(source.prefix(80))\" takes too long to solve; simplify it.")
    }
}

extension String {
    /// The parts between a separator.
    func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        parts.append(String(rest))
        return parts.map { $0.trimmed }.filter { !$0.isEmpty }
    }
}
