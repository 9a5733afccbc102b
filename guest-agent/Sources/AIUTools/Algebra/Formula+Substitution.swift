extension Formula {
    /// With a formula in the place of an unknown.
    package func substituting(_ name: String, _ other: Formula) -> Formula {
        func sub(_ inner: Formula) -> Formula { inner.substituting(name, other) }
        return switch self {
        case .number, .constant: self
        case .variable(let own): own == name ? other : self
        case .negated(let inner): .negated(sub(inner))
        case .sum(let left, let right): .sum(sub(left), sub(right))
        case .difference(let left, let right): .difference(sub(left), sub(right))
        case .product(let left, let right): .product(sub(left), sub(right))
        case .quotient(let left, let right): .quotient(sub(left), sub(right))
        case .power(let left, let right): .power(sub(left), sub(right))
        case .call(let function, let arguments): .call(function, arguments.map(sub))
        case .factorial(let inner): .factorial(sub(inner))
        }
    }

    /// A little further along one unknown: what does not change with it is the same there.
    package func moved(_ variable: String) -> Formula {
        substituting(variable, .sum(.variable(variable), .number("0.8177")))
    }
}
