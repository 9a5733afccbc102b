internal import Glibc

/// Checks results of algebra by numbers: what is symbolically right is numerically right everywhere.
package enum FormulaCheck {
    /// Places that are no zeros or poles of usual formulas.
    private static let places = [0.3141, 0.7713, 1.3717, 2.2361, -0.4142, -1.6180, 3.3166, 0.0917]

    /// Whether both have the same values, where both have one at all; nil when nowhere.
    package static func same(_ left: Formula, _ right: Formula) -> Bool? {
        compare(left.variables.union(right.variables)) { (left.value($0), right.value($0)) }
    }

    /// Whether the derivative of `integral` is `formula`.
    package static func isIntegral(_ integral: Formula, of formula: Formula, by variable: String) -> Bool? {
        compare(integral.variables.union(formula.variables).union([variable])) { values in
            (derivative(integral, values, variable), formula.value(values))
        }
    }

    package static func isDerivative(_ derivative: Formula, of formula: Formula, by variable: String) -> Bool? {
        isIntegral(formula, of: derivative, by: variable)
    }

    private static func compare(_ variables: Set<String>, _ both: ([String: Double]) -> (Double, Double)) -> Bool? {
        var compared = 0
        for (index, _) in places.enumerated() {
            var values: [String: Double] = [:]
            for (offset, variable) in variables.sorted().enumerated() {
                values[variable] = places[(index + 3 * offset) % places.count] + Double(offset) * 0.01
            }
            let (left, right) = both(values)
            guard left.isFinite, right.isFinite else { continue }
            guard abs(left - right) <= 1e-5 * max(1, abs(left), abs(right)) else { return false }
            compared += 1
        }
        return compared >= 2 ? true : nil
    }

    /// By differences, with an error of the fourth order.
    private static func derivative(_ formula: Formula, _ values: [String: Double], _ variable: String) -> Double {
        guard let x = values[variable] else { return .nan }
        let step = 1e-3
        func at(_ offset: Double) -> Double {
            var moved = values
            moved[variable] = x + offset * step
            return formula.value(moved)
        }
        return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
    }
}
