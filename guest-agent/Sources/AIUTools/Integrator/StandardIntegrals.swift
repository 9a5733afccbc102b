/// Antiderivatives that libqalculate does not find, or only with imaginary numbers.
enum StandardIntegrals {
    private static let candidates = [
        "tan(x)", "cot(x)", "sec(x)", "csc(x)", "asin(x)", "x*sqrt(1-x^2)+asin(x)", "ln(x+sqrt(x^2+1))",
        "x*sqrt(x^2+1)+ln(x+sqrt(x^2+1))", "ln(x+sqrt(x^2-1))", "x*sqrt(x^2-1)-ln(x+sqrt(x^2-1))",
        "ln(abs(sec(x)+tan(x)))",
        "asin(x/2)", "x*sqrt(4-x^2)+4*asin(x/2)", "asin(x/3)", "x*sqrt(9-x^2)+9*asin(x/3)", "x*asin(x)+sqrt(1-x^2)",
        "x*acos(x)-sqrt(1-x^2)", "x*atan(x)-ln(1+x^2)/2", "sqrt(1-x^2)", "atan(x)", "ln(abs(sin(x)))", "tan(2*x)",
    ]
    private static let factors: [(Double, String)] = [
        (1, ""), (-1, "-"), (2, "2*"), (0.5, "1/2*"), (-0.5, "-1/2*"), (-2, "-2*"), (3, "3*"), (1.0 / 3, "1/3*"),
        (4, "4*"), (0.25, "1/4*"),
    ]

    /// One whose derivative is the function, times a simple number.
    static func find(_ formula: Formula, _ variable: String) -> String? {
        for text in candidates {
            // They are ours and can be read; one that cannot is none.
            guard let candidate = try? FormulaReader.read(text) else { continue }
            let integral = candidate.substituting("x", .variable(variable))
            for (factor, sign) in factors {
                let scaled = Formula.product(.number("\(factor)"), integral)
                if FormulaCheck.isIntegral(scaled, of: formula, by: variable) == true {
                    let shown = variable == "x" ? text : text.replacing("x", with: variable)
                    return sign.isEmpty ? shown : sign == "-" ? "-(\(shown))" : "\(sign)(\(shown))"
                }
            }
        }
        return nil
    }
}
