import AIUJSON
import AIUTools
import AIUWire
import Testing

/// Integrals, with bounds against mpmath.
@Suite struct IntegratorTests {
    @Test(
        "with bounds",
        arguments: [
            ("3x^2", "0", "2", "8"), ("sin(x)", "0", "pi", "2"), ("1/x^2", "1", "∞", "1"), ("ln x", "1", "e", "1"),
            ("|x|", "-1", "2", "2.5"), ("1/sqrt(x)", "0", "1", "2"), ("cos(x)^2", "0", "π/2", "0.7853981634"),
            ("e^(-x^2)", "-infinity", "infinity", "1.7724538509"), ("x", "2", "0", "-2"), ("x", "1", "1", "0"),
            ("1/(1+x^2)", "-infinity", "infinity", "3.1415926536"), ("x e^(-x)", "0", "infinity", "1"),
            ("1/x^1.5", "1", "infinity", "2"), ("sin(x)/x", "0", "1", "0.9460830704"),
            ("x^2", "minus one", "two", "3"),
            ("one over x", "1", "e", "1"), ("e to the x", "0", "1", "1.7182818285"),
        ])
    func definite(expression: String, lower: String, upper: String, text: String) throws {
        try #require(ToolCall.engines != nil)
        let arguments: JSON = ["expression": .string(expression), "lower": .string(lower), "upper": .string(upper)]
        #expect(try ToolCall.text("integrator", arguments) == text)
    }

    @Test(
        "without bounds, or with all in one text",
        arguments: [
            ("x^2", "x^3 / 3 + C"), ("1/x", "ln(|x|) + C"), ("t^2 + 2t dt", "t^3 / 3 + t^2 + C"),
            ("sec(x)^2", "tan(x) + C"),
            ("3x^2 from 0 to 2", "8"), ("∫ x^2 dx from 0 to 3", "9"), ("x² de 0 à 3", "9"), ("2x von 1 bis 3", "8"),
            ("a x^2 dx", "(a * x^3) / 3 + C"), ("1/sqrt(1-x^2)", "asin(x) + C"),
        ])
    func texts(expression: String, text: String) throws {
        try #require(ToolCall.engines != nil)
        #expect(try ToolCall.text("integrator", ["expression": .string(expression)]) == text)
    }

    @Test(
        "what has no integral is said",
        arguments: [
            (
                ["expression": "1/x", "lower": "-1", "upper": "1"],
                "The integral of \"1/x\" between these bounds does not seem to converge"
            ),
            (
                ["expression": "1/x", "lower": "0", "upper": "1"],
                "The integral of \"1/x\" between these bounds does not seem to converge"
            ),
            (
                ["expression": "x cos x", "lower": "-infinity", "upper": "1"],
                "The integral of \"x cos x\" between these bounds does not seem to converge"
            ),
            (
                ["expression": "e^x", "lower": "0", "upper": "infinity"],
                "The integral of \"e^x\" between these bounds does not seem"
            ),
            (
                ["expression": "sqrt(1-x^2)", "lower": "0", "upper": "pi"],
                "\"sqrt(1-x^2)\" has no real value in a part"
            ),
            (["expression": "ln x", "lower": "-1", "upper": "4"], "\"ln x\" has no real value in a part"),
            (
                ["expression": "tan(x)", "lower": "0", "upper": "pi"],
                "The integral of \"tan(x)\" between these bounds does not seem"
            ),
            (
                ["expression": "1/x", "lower": "1", "upper": "infinity"],
                "The integral of \"1/x\" between these bounds does not seem"
            ),
            (["expression": "x^x"], "No formula for the integral of \"x^x\""),
            (["expression": "x", "lower": "0"], "The integral of \"x\" has only one"),
            (["expression": "x", "lower": "0", "upper": "foo"], "The bound \"foo\" is no number"),
            (["expression": "a b"], "\"a b\" has several variables"),
            (["expression": "a x", "lower": "0", "upper": "1"], "\"a x\" has unknowns besides x, a"),
            (["expression": " "], "integrator needs"),
        ] as [(JSON, String)])
    func refusals(arguments: JSON, start: String) throws {
        try #require(ToolCall.engines != nil)
        let reply = try ToolCall.reply("integrator", arguments)
        #expect(reply.failure?.message.hasPrefix(start) == true, "\(reply.failure?.message ?? reply.text)")
    }

    @Test("areas are those of mpmath")
    func quadrature() throws {
        try #require(Reference.isAvailable)
        let cases: [(String, String, Double, Double)] = [
            ("sqrt(sin(x))", "mp.sqrt(mp.sin(x))", 0, 1), ("sin(x)/x", "mp.sin(x)/x", 0.1, 20),
            ("e^(-x) * sin(5x)", "mp.exp(-x)*mp.sin(5*x)", 0, 8),
            ("x^x", "x**x", 0.5, 2), ("1/(1+x^4)", "1/(1+x**4)", -3, 5),
            ("ln(x) * cos(x)", "mp.log(x)*mp.cos(x)", 0.2, 9),
            ("tanh(x)^3", "mp.tanh(x)**3", -1, 4), ("atan(x^2)", "mp.atan(x**2)", -2, 3),
        ]
        for (formula, python, low, high) in cases {
            let script =
                "import mpmath as mp\nmp.mp.dps = 25\nprint(float(mp.quad(lambda x: \(python), mp.linspace(\(low), \(high), 40))))"
            let expected = try #require(Reference.compute(script)?.numberValue)
            let read = try FormulaReader.read(formula)
            let found = Quadrature.integrate(low, high) { read.value(["x": $0]) }
            #expect(found.converged && isClose(found.value, expected), "\(formula): \(found.value) \(expected)")
        }
    }
}
