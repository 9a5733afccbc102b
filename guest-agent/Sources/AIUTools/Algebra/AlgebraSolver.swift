internal import AIUJSON
package import AIUWire

/// Solves, factors, expands, simplifies and differentiates; libqalculate computes, numbers check it.
package struct AlgebraSolver: Tool {
    package static let name = "algebra_solver"

    private enum Operation: String, CaseIterable { case solve, factor, expand, simplify, differentiate }

    package init() {}

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let operation = try arguments.requiredChoice("operation", Operation.self)
        let source = try arguments.requiredText("expression")
        let phrase = FormulaPhrase(source)
        let variable = (arguments.text("variable") ?? phrase.variable).map { FormulaPhrase.name($0) }
        let decimalComma = NumberList.commaIsDecimal(invocation.languages)
        if operation == .solve {
            let equations = try Equation.read(phrase.formula, decimalComma: decimalComma)
            return try EquationSolver(equations, variable: variable).solve(source: source)
        }
        let formula = try FormulaReader.read(phrase.withoutName, decimalComma: decimalComma)
        switch operation {
        case .differentiate: return try differentiate(formula, variable, source)
        case .factor:
            if case .number = formula,
                let reply = PrimeQuestion.answer(
                    [.word("factor")] + ExpressionReader.tokens(phrase.formula, decimalComma: false), source: source)
            {
                return reply
            }
            return try changed(formula, source) { $0.factorised = true }
        case .expand: return try changed(formula, source) { $0.expanded = true }
        case .simplify, .solve: return try changed(formula, source) { _ in }
        }
    }

    /// Another form of the same formula.
    private func changed(
        _ formula: Formula, _ source: String, _ prepare: (inout Qalculate.Request) -> Void
    ) throws(ToolReply.Failure) -> ToolReply {
        var request = Qalculate.Request.algebra(formula.engineText)
        prepare(&request)
        let answer = try Qalculate().evaluate([request])[0]
        let text = try readable(answer, source)
        let result = try FormulaReader.read(text)
        guard FormulaCheck.same(formula, result) != false else { throw wrong(source) }
        return reply(text, source)
    }

    private func differentiate(_ formula: Formula, _ variable: String?, _ source: String) throws(ToolReply.Failure)
        -> ToolReply
    {
        let unknowns = formula.variables.sorted()
        let name =
            variable ?? (unknowns.count == 1 ? unknowns[0] : unknowns.contains("x") ? "x" : unknowns.first ?? "x")
        guard variable != nil || unknowns.count <= 1 || unknowns.contains("x") else {
            throw ToolReply.Failure(
                .invalid,
                "\"\(source.prefix(80))\" has several unknowns, \(ColumnChoice.list(unknowns)); say by which one to differentiate."
            )
        }
        let request = Qalculate.Request.algebra("diff(\(formula.engineText), \(FormulaNames.engineName(name)))")
        let answer = try Qalculate().evaluate([request])[0]
        let text = try readable(answer, source)
        guard !text.contains("diff(") else {
            throw ToolReply.Failure(
                .failed, "No derivative of \"\(source.prefix(80))\" was found; it may have a function that has none.")
        }
        guard FormulaCheck.isDerivative(try FormulaReader.read(text), of: formula, by: name) != false else {
            throw wrong(source)
        }
        return reply(text, source)
    }

    private func readable(_ answer: Qalculate.Answer, _ source: String) throws(ToolReply.Failure) -> String {
        guard answer.status != .timeout else {
            throw ToolReply.Failure(
                .timedOut, "\"\(source.prefix(80))\" takes too long; simplify it or lower its powers.")
        }
        guard answer.finished, !answer.text.isEmpty else {
            throw ToolReply.Failure(
                .failed, "\"\(source.prefix(80))\" could not be worked out: the engine ended; simplify it.")
        }
        return FormulaText.readable(answer.text)
    }

    private func reply(_ text: String, _ source: String) -> ToolReply {
        ToolReply(
            text: text, value: ["result": .string(text)], phrase: .init("algebra_solver.result", ["result": text]))
    }

    /// A result that numbers contradict is worse than none.
    private func wrong(_ source: String) -> ToolReply.Failure {
        ToolReply.Failure(
            .failed,
            "The engine's result for \"\(source.prefix(80))\" did not stand a check by numbers, so there is none.")
    }
}
