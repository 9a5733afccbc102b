internal import Glibc

/// A formula with unknowns: what a person wrote, understood.
package indirect enum Formula: Equatable, Sendable {
    case number(String)
    /// `pi`, `e` or `infinity`.
    case constant(String)
    case variable(String)
    case negated(Formula)
    case sum(Formula, Formula)
    case difference(Formula, Formula)
    case product(Formula, Formula)
    case quotient(Formula, Formula)
    case power(Formula, Formula)
    case call(String, [Formula])
    case factorial(Formula)

    package var variables: Set<String> {
        switch self {
        case .number, .constant: []
        case .variable(let name): [name]
        case .negated(let inner), .factorial(let inner): inner.variables
        case .sum(let left, let right), .difference(let left, let right), .product(let left, let right),
            .quotient(let left, let right), .power(let left, let right):
            left.variables.union(right.variables)
        case .call(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.variables) }
        }
    }

    /// As libqalculate reads it, with nothing left to precedence.
    package var engineText: String {
        switch self {
        case .number(let text): text
        case .constant(let name): name
        case .variable(let name): FormulaNames.engineName(name)
        case .negated(let inner): "(-\(inner.engineText))"
        case .sum(let left, let right): "(\(left.engineText) + \(right.engineText))"
        case .difference(let left, let right): "(\(left.engineText) - \(right.engineText))"
        case .product(let left, let right): "(\(left.engineText) * \(right.engineText))"
        case .quotient(let left, let right): "(\(left.engineText) / \(right.engineText))"
        case .power(let left, let right): "(\(left.engineText)^\(right.engineText))"
        case .call("log10", let arguments) where arguments.count == 2:
            "log(\(arguments.map(\.engineText).joined(separator: ", ")))"
        case .call(let name, let arguments): "\(name)(\(arguments.map(\.engineText).joined(separator: ", ")))"
        case .factorial(let inner): "(\(inner.engineText)!)"
        }
    }

    /// The value where the unknowns have these values; not a number where there is none.
    package func value(_ values: [String: Double]) -> Double {
        switch self {
        case .number(let text): return Double(text) ?? .nan
        case .constant("pi"): return .pi
        case .constant("e"): return M_E
        case .constant("infinity"): return .infinity
        case .constant: return .nan
        case .variable(let name): return values[name] ?? .nan
        case .negated(let inner): return -inner.value(values)
        case .sum(let left, let right): return left.value(values) + right.value(values)
        case .difference(let left, let right): return left.value(values) - right.value(values)
        case .product(let left, let right): return left.value(values) * right.value(values)
        case .quotient(let left, let right): return left.value(values) / right.value(values)
        case .power(let left, let right): return Self.power(left.value(values), right)(values)
        case .call(let name, let arguments): return Self.call(name, arguments.map { $0.value(values) })
        case .factorial(let inner): return tgamma(inner.value(values) + 1)
        }
    }

    /// The cube root of a negative number is real, as people mean it.
    private static func power(_ base: Double, _ exponent: Formula) -> ([String: Double]) -> Double {
        { values in
            if base < 0, case .quotient(.number("1"), .number(let below)) = exponent, let root = Int(below),
                root % 2 == 1
            {
                return -pow(-base, 1 / Double(root))
            }
            return pow(base, exponent.value(values))
        }
    }

    private static func call(_ name: String, _ values: [Double]) -> Double {
        guard let x = values.first else { return .nan }
        switch name {
        case "sqrt": return x.squareRoot()
        case "cbrt": return cbrt(x)
        case "root":
            return values.count > 1
                ? (x < 0 && Int(values[1]) % 2 != 0 ? -pow(-x, 1 / values[1]) : pow(x, 1 / values[1])) : .nan
        case "ln": return log(x)
        case "log10": return values.count > 1 ? log(x) / log(values[1]) : log10(x)
        case "log": return values.count > 1 ? log(x) / log(values[1]) : log(x)
        case "log2": return log2(x)
        case "exp": return exp(x)
        case "sin": return sin(x)
        case "cos": return cos(x)
        case "tan": return tan(x)
        case "sec": return 1 / cos(x)
        case "csc": return 1 / sin(x)
        case "cot": return 1 / tan(x)
        case "asin", "arcsin": return asin(x)
        case "acos", "arccos": return acos(x)
        case "atan", "arctan": return atan(x)
        case "sinh": return sinh(x)
        case "cosh": return cosh(x)
        case "tanh": return tanh(x)
        case "asinh", "arsinh": return asinh(x)
        case "acosh", "arcosh": return acosh(x)
        case "atanh", "artanh": return atanh(x)
        case "abs": return Swift.abs(x)
        case "erf": return erf(x)
        case "floor": return floor(x)
        case "ceil": return ceil(x)
        case "gamma": return tgamma(x)
        case _: return .nan
        }
    }
}

/// Names of unknowns that libqalculate would take apart: `alpha`, `x1`.
package enum FormulaNames {
    package static let greek: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "theta": "θ", "lambda": "λ", "mu": "μ", "omega": "ω",
        "phi": "φ", "rho": "ρ", "sigma": "σ", "tau": "τ",
    ]

    static func engineName(_ name: String) -> String { name.count == 1 ? name : "\"\(name)\"" }
}
