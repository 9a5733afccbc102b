internal import Glibc

/// The area under a function by numbers: Gauss and Kronrod's rule, on ever smaller parts where it is needed.
package struct Quadrature {
    package struct Result: Equatable, Sendable {
        package var value: Double
        package var error: Double
        package var converged: Bool
    }

    private static let mostParts = 2000
    private static let nodes = [
        0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926,
        0.741531185599394439863864773280788, 0.586087235467691130294144691693013, 0.405845151377397166906606412076961,
        0.207784955007898467600689403773245, 0,
    ]
    private static let kronrod = [
        0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518,
        0.140653259715525918745189590510238, 0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
        0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
    ]
    private static let gauss = [
        0.129484966168869693270611432679082, 0.279705391489276667901467771423780, 0.381830050505118944950369775488975,
        0.417959183673469387755102040816327,
    ]

    private struct Part {
        var low: Double
        var high: Double
        var value: Double
        var error: Double
    }

    /// Bounds may be infinite.
    package static func integrate(_ low: Double, _ high: Double, _ function: (Double) -> Double) -> Result {
        if low == high { return Result(value: 0, error: 0, converged: true) }
        if low > high {
            let result = integrate(high, low, function)
            return Result(value: -result.value, error: result.error, converged: result.converged)
        }
        switch (low.isInfinite, high.isInfinite) {
        case (false, false): return adaptive(low, high, function)
        // x = a + t / (1 - t)
        case (false, true): return unbounded { t in function(low + t / (1 - t)) / ((1 - t) * (1 - t)) }
        case (true, false): return unbounded { t in function(high - t / (1 - t)) / ((1 - t) * (1 - t)) }
        case (true, true):
            let left = integrate(low, 0, function)
            let right = integrate(0, high, function)
            return Result(
                value: left.value + right.value, error: left.error + right.error,
                converged: left.converged && right.converged)
        }
    }

    /// What is left far out must be little, or the sum only looks finite because it was stopped.
    private static func unbounded(_ function: (Double) -> Double) -> Result {
        // So far out that a product of nothing and everything is nothing.
        func tamed(_ t: Double) -> Double {
            let value = function(t)
            return value.isNaN && t > 0.99 ? 0 : value
        }
        var result = adaptive(0, 1, tamed)
        // The function times the distance, at a distance of about a hundred million.
        let far = [1.0, 1.3, 1.7, 2.3, 3.1, 4.3].map { abs(tamed(1 - $0 * 1e-8) * $0 * 1e-8) }.max() ?? 0
        if !(far <= 0.05 * max(1e-6, abs(result.value))) || abs(result.value) > 1e20 { result.converged = false }
        return result
    }

    private static func adaptive(_ low: Double, _ high: Double, _ function: (Double) -> Double) -> Result {
        // Not halves: a kink or a pole is often just in the middle.
        let cut = low + (high - low) * 0.4571
        var parts = [rule(low, cut, function), rule(cut, high, function)]
        for _ in 0..<mostParts {
            let value = parts.reduce(0) { $0 + $1.value }
            let error = parts.reduce(0) { $0 + $1.error }
            guard value.isFinite else { break }
            if error <= max(1e-12, 1e-10 * abs(value)) {
                return Result(value: value, error: error, converged: !isPiled(parts, high - low, value))
            }
            guard let worst = parts.indices.max(by: { parts[$0].error < parts[$1].error }) else { break }
            let part = parts[worst]
            let middle = (part.low + part.high) / 2
            guard middle > part.low, middle < part.high else { break }
            parts[worst] = rule(part.low, middle, function)
            parts.append(rule(middle, part.high, function))
        }
        let value = parts.reduce(0) { $0 + $1.value }
        let error = parts.reduce(0) { $0 + $1.error }
        return Result(
            value: value, error: error,
            converged: value.isFinite && error <= max(1e-7, 1e-6 * abs(value)) && !isPiled(parts, high - low, value))
    }

    /// Whether much of the area lies over next to nothing: beside a pole that has no finite area, each halving of the
    /// distance brings as much again, and each part by itself looks exact.
    private static func isPiled(_ parts: [Part], _ width: Double, _ total: Double) -> Bool {
        parts.contains { part in
            let share = (part.high - part.low) / width
            return share < 1e-6 && abs(part.value) > pow(share, 0.2) * max(abs(total), 1e-9)
        }
    }

    private static func rule(_ low: Double, _ high: Double, _ function: (Double) -> Double) -> Part {
        let half = (high - low) / 2
        let centre = (low + high) / 2
        // A single bad point, such as 0 / 0, is passed by; where there is no value around it either, there is no area.
        func smooth(_ x: Double) -> Double {
            let value = function(x)
            return value.isNaN ? function(x + half * 1e-9) : value
        }
        var kronrodSum = 0.0
        var gaussSum = 0.0
        for (index, node) in nodes.enumerated() {
            let values = node == 0 ? [smooth(centre)] : [smooth(centre - half * node), smooth(centre + half * node)]
            let sum = values.reduce(0, +)
            kronrodSum += kronrod[index] * sum
            if index % 2 == 1 { gaussSum += gauss[index / 2] * sum }
        }
        let value = kronrodSum * half
        return Part(
            low: low, high: high, value: value, error: value.isFinite ? abs(value - gaussSum * half) : .infinity)
    }
}
