internal import AIUJSON
package import AIUWire
internal import Glibc

/// Integrates a function: a formula without bounds, a number with them.
package struct Integrator: Tool {
    package static let name = "integrator"

    package init() {}

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let source = try arguments.requiredText("expression")
        let decimalComma = NumberList.commaIsDecimal(invocation.languages)
        var task = IntegralText(source)
        let formula = try FormulaReader.read(task.formula, decimalComma: decimalComma)
        let variable = try variable(formula, (arguments.text("variable") ?? task.variable), source)
        task.lower = arguments.text("lower") ?? task.lower
        task.upper = arguments.text("upper") ?? task.upper
        switch (task.lower, task.upper) {
        case (nil, nil): return try indefinite(formula, variable, source)
        case (let lower?, let upper?):
            let bounds = (try bound(lower, decimalComma), try bound(upper, decimalComma))
            return try definite(formula, variable, bounds, source)
        case (_, _):
            throw ToolReply.Failure(
                .invalid, "The integral of \"\(source.prefix(80))\" has only one bound; give both, or none.")
        }
    }

    private func variable(_ formula: Formula, _ named: String?, _ source: String) throws(ToolReply.Failure) -> String {
        if let named {
            // dx is x.
            let name = named.count == 2 && named.hasPrefix("d") ? String(named.dropFirst()) : named
            guard FormulaPhrase.isName(name) else {
                throw ToolReply.Failure(
                    .invalid, "\"\(named.prefix(20))\" cannot be a variable; use a letter such as x.")
            }
            return FormulaPhrase.name(name)
        }
        let variables = formula.variables
        if variables.isEmpty || variables.contains("x") { return "x" }
        if variables.count == 1, let only = variables.first { return only }
        throw ToolReply.Failure(
            .invalid,
            "\"\(source.prefix(80))\" has several variables, \(ColumnChoice.list(variables.sorted())); say by which one to integrate."
        )
    }

    private func bound(_ text: String, _ decimalComma: Bool) throws(ToolReply.Failure) -> Formula {
        let formula = try FormulaReader.read(text.replacing("−", with: "-"), decimalComma: decimalComma)
        guard !formula.value([:]).isNaN else {
            throw ToolReply.Failure(
                .invalid, "The bound \"\(text.prefix(40))\" is no number; give one such as 0, pi/2 or infinity.")
        }
        return formula
    }

    // MARK: Without bounds

    private func indefinite(_ formula: Formula, _ variable: String, _ source: String) throws(ToolReply.Failure)
        -> ToolReply
    {
        let request = Qalculate.Request.algebra(
            "integrate(\(formula.engineText), undefined, undefined, \(FormulaNames.engineName(variable)))")
        let answer = try Qalculate().evaluate([request])[0]
        if answer.finished, !answer.text.contains("integrate("), !answer.text.contains("sqrt(-1)") {
            let text = FormulaText.readable(answer.text)
            // A result with functions of the engine alone cannot be checked, and is right more often than not.
            let check =
                (try? FormulaReader.read(text)).map { FormulaCheck.isIntegral($0, of: formula, by: variable) } ?? nil
            if check != false { return reply(text, source) }
        }
        if let known = StandardIntegrals.find(formula, variable) { return reply("\(known) + C", source) }
        guard answer.status != .timeout else {
            throw ToolReply.Failure(
                .timedOut, "The integral of \"\(source.prefix(80))\" takes too long; give bounds for a number.")
        }
        throw ToolReply.Failure(
            .failed, "No formula for the integral of \"\(source.prefix(80))\" was found; give bounds for a number.")
    }

    private func reply(_ text: String, _ source: String) -> ToolReply {
        ToolReply(
            text: text, value: ["result": .string(text)],
            phrase: .init("integrator.formula", ["expression": source, "result": text]))
    }

    // MARK: With bounds

    private func definite(
        _ formula: Formula, _ variable: String, _ bounds: (Formula, Formula), _ source: String
    ) throws(ToolReply.Failure) -> ToolReply {
        let others = formula.variables.subtracting([variable])
        guard others.isEmpty else {
            throw ToolReply.Failure(
                .invalid,
                "\"\(source.prefix(80))\" has unknowns besides \(variable), \(ColumnChoice.list(others.sorted())); give them values."
            )
        }
        let (low, high) = (bounds.0.value([:]), bounds.1.value([:]))
        let numeric = Quadrature.integrate(low, high) { formula.value([variable: $0]) }
        let request = Qalculate.Request.algebra(
            "integrate(\(formula.engineText), \(bounds.0.engineText), \(bounds.1.engineText), \(FormulaNames.engineName(variable)))"
        )
        let answer = try Qalculate().evaluate([request])[0]
        var exact: String?
        if answer.finished, !answer.text.contains("integrate("), !answer.text.contains("sqrt(-1)") {
            let text = FormulaText.readable(answer.text)
            // With functions of the engine alone it has no value here, and the numeric one is the answer.
            let value = (try? FormulaReader.read(text))?.value([:]) ?? .nan
            let isSame = value.isFinite && abs(value - numeric.value) <= max(1e-7, 1e-6 * abs(value))
            if isSame, numeric.converged { exact = text }
        }
        guard !numeric.value.isNaN else {
            throw ToolReply.Failure(
                .invalid,
                "\"\(source.prefix(80))\" has no real value in a part between these bounds; choose bounds where it has."
            )
        }
        guard numeric.converged else {
            throw ToolReply.Failure(
                .failed,
                "The integral of \"\(source.prefix(80))\" between these bounds does not seem to converge: there is no finite area to be found."
            )
        }
        return reply(numeric, exact, source)
    }

    private func rounded(_ value: Double, _ decimals: Int) -> Double {
        guard abs(value) < 1e5 else { return value }
        let scale = pow(10, Double(decimals))
        return (value * scale).rounded() / scale
    }

    private func reply(_ numeric: Quadrature.Result, _ exact: String?, _ source: String) -> ToolReply {
        var value = numeric.value
        // It was read before; without a value of its own the numeric one stays.
        if let exact, let better = (try? FormulaReader.read(exact))?.value([:]), better.isFinite { value = better }
        // Beyond the error there are no digits to show.
        let error = exact == nil ? max(numeric.error, 1e-15 * abs(value)) : 1e-15 * abs(value)
        let decimals = error > 0 ? min(10, max(0, Int(-log10(error)) - 1)) : 10
        let number = NumberFormat.write(abs(value) < 1e-3 ? value : rounded(value, decimals), digits: 11)
        var json: JSON = ["result": .number(value), "error": .number(exact == nil ? numeric.error : 0)]
        var shown = number
        if let exact, exact.count <= 60 {
            json["exact"] = .string(exact)
            if Double(exact) == nil { shown = "\(exact) ≈ \(number)" }
        }
        return ToolReply(
            text: number, value: json, phrase: .init("integrator.number", ["expression": source, "result": shown]))
    }
}
