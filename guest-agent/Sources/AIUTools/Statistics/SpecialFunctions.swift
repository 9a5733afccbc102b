internal import Glibc

/// The special functions behind the distributions, to nearly full precision.
package enum SpecialFunctions {
    private static let mostTerms = 10_000
    private static let epsilon = 1e-16
    private static let tiny = 1e-300

    /// The logarithm of the gamma function of a positive number.
    package static func logGamma(_ x: Double) -> Double { lgamma(x) }

    /// The regularised incomplete beta function I_x(a, b).
    package static func beta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
        // The continued fraction converges fast on this side only.
        if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
        return 1 - front * betaFraction(1 - x, b, a) / b
    }

    /// Lentz's method.
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var result = d
        for step in 1...mostTerms {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nonzero(1 + even * d)
            c = nonzero(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nonzero(1 + odd * d)
            c = nonzero(1 + odd / c)
            let delta = d * c
            result *= delta
            if abs(delta - 1) < epsilon { break }
        }
        return result
    }

    /// The regularised upper incomplete gamma function Q(a, x).
    package static func upperGamma(_ a: Double, _ x: Double) -> Double {
        if x <= 0 { return 1 }
        let front = exp(-x + a * log(x) - logGamma(a))
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            var divisor = a
            for _ in 0..<mostTerms {
                divisor += 1
                term *= x / divisor
                sum += term
                if abs(term) < abs(sum) * epsilon { break }
            }
            return max(0, 1 - sum * front)
        }
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var result = d
        for step in 1...mostTerms {
            let factor = -Double(step) * (Double(step) - a)
            b += 2
            d = 1 / nonzero(factor * d + b)
            c = nonzero(b + factor / c)
            let delta = d * c
            result *= delta
            if abs(delta - 1) < epsilon { break }
        }
        return front * result
    }

    private static func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
}
