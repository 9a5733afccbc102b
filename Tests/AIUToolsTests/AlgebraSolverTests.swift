import AIUJSON
import AIUTools
import AIUWire
import Testing

/// Equations and formulas.
@Suite struct AlgebraSolverTests {
    @Test(
        "equations",
        arguments: [
            ("2x + 3 = 7", "x = 2"), ("x^2 - 5x + 6 = 0", "x = 2\nx = 3"), ("x + y = 10 and x - y = 2", "x = 6\ny = 4"),
            ("x+y=10, x-y=3", "x = 13/2\ny = 7/2"), ("x^2 = 2", "x = -sqrt(2)\nx = sqrt(2)"),
            ("x^2 + 1 = 0", "x = i\nx = -i"),
            ("x^2 - 3x + 11 = 0", "x = (3 + i * sqrt(35)) / 2\nx = 3/2 - i * sqrt(35) / 2"),
            ("cos(x) = x", "x = 0.739085133215"), ("x^5 - x - 1 = 0", "x = 1.16730397826"),
            ("v = d/t for t", "t = d / v"),
            ("2x + 1 = 2x + 3", "no solution"), ("2(x + 1) = 2x + 2", "all x"), ("x^2 < 4", "-2 < x < 2"),
            ("3x - 5 ≥ 10", "x >= 5"), ("x + y = 10 y x - y = 2", "x = 6\ny = 4"), ("2^x = 32", "x = 5"),
            ("e^x = 5", "x = ln(5)"),
            ("x^3 - 6x^2 + 11x - 6", "x = 1\nx = 2\nx = 3"),
            ("x^2 + y^2 = 25, x - y = 1", "x = -3, y = -4\nx = 4, y = 3"),
            ("löse 3x - 4 = 11", "x = 5"), ("|x - 2| = 5", "x = -3\nx = 7"), ("x1 + 2 = 5", "x1 = 3"),
            ("θ/2 = 4", "θ = 8"),
        ])
    func solve(expression: String, text: String) throws {
        try #require(ToolCall.engines != nil)
        #expect(try ToolCall.text("algebra_solver", ["operation": "solve", "expression": .string(expression)]) == text)
    }

    @Test(
        "other forms of a formula",
        arguments: [
            ("factor", "x^2 - 9", "(x - 3)(x + 3)"), ("factor", "6x^2 + 11x - 35", "(2x + 7)(3x - 5)"),
            ("factor", "360", "2^3 × 3^2 × 5"),
            ("factor", "x^4 - 1", "(x - 1)(x + 1)(x^2 + 1)"), ("expand", "(x+1)^3", "x^3 + 3x^2 + 3x + 1"),
            ("expand", "(2x+3)(x-4)", "2x^2 - 5x - 12"), ("simplify", "(x^2-1)/(x-1)", "x + 1"),
            ("simplify", "sin(x)^2 + cos(x)^2", "1"), ("simplify", "3x + 2y - x + 4y", "2x + 6y"),
            ("differentiate", "x^3", "3x^2"), ("differentiate", "ln(x^2+1)", "(2x) / (x^2 + 1)"),
            ("differentiate", "d/dx sin x", "cos(x)"),
            ("differentiate", "x squared plus 3x", "2x + 3"), ("differentiate", "f(t) = 3t^2 + 2t", "6t + 2"),
        ])
    func change(operation: String, expression: String, text: String) throws {
        try #require(ToolCall.engines != nil)
        let found = try ToolCall.text(
            "algebra_solver", ["operation": .string(operation), "expression": .string(expression)])
        #expect(found == text)
    }

    @Test(
        "what is no formula is said",
        arguments: [
            ("3x + = 4", "\"3x +\" is not a formula: it ends too early"), ("5 = 5", "\"5 = 5\" has no unknown"),
            ("x = y = z", "\"x = y = z\" has more than one sign of equality"),
            ("hello world", "\"hello world\" is not a formula"),
            ("x + y = 1, x + y = 2", "No solution of these 2 equations"),
            ("(((x", "\"(((x\" is not a formula: a parenthesis"),
            (String(repeating: "(", count: 3000), "\"((("),
            (String(repeating: "x+", count: 5000), "The expression is longer"),
            ("a + b = c", "\"a + b = c\" has several unknowns, a, b and c"),
            ("x = 1, y = 2, z + w = 3", "3 equations do not determine"),
        ])
    func refusals(expression: String, start: String) throws {
        try #require(ToolCall.engines != nil)
        let reply = try ToolCall.reply("algebra_solver", ["operation": "solve", "expression": .string(expression)])
        #expect(reply.failure?.message.hasPrefix(start) == true, "\(reply.failure?.message ?? reply.text)")
    }

    @Test("polynomials are zero where mpmath says, too")
    func roots() throws {
        try #require(ToolCall.engines != nil)
        try #require(Reference.isAvailable)
        for coefficients in [
            [1, -3, 2], [2, 3, -7], [1, -6, 11, -6], [1, 0, -5, 0, 4], [3, -1, -10], [1, -4, 1, 6],
        ] {
            let degree = coefficients.count - 1
            let formula = coefficients.enumerated().map { "(\($1))x^\(degree - $0)" }.joined(separator: " + ")
            let script =
                "import json, mpmath\nprint(json.dumps(sorted(float(r.real) for r in map(mpmath.mpc, mpmath.polyroots(\(coefficients), maxsteps=200, extraprec=100)))))"
            let expected = try #require(Reference.compute(script)?.arrayValue).compactMap(\.numberValue)
            let reply = try ToolCall.reply(
                "algebra_solver", ["operation": "solve", "expression": .string("\(formula) = 0")])
            let found = (reply.value?["solutions"]?.arrayValue ?? []).compactMap { $0["value"]?.numberValue }
            #expect(
                found.count == expected.count && zip(found, expected).allSatisfy { isClose($0, $1) },
                "\(formula): \(found) \(expected)")
        }
    }
}
