internal import Glibc

/// Tails of the distributions that tests use.
package enum Distribution {
    /// The probability of a |t| at least as large.
    package static func studentTwoSided(_ t: Double, _ degrees: Double) -> Double {
        guard t.isFinite else { return t.isNaN ? .nan : 0 }
        return SpecialFunctions.beta(degrees / (degrees + t * t), degrees / 2, 0.5)
    }

    /// The probability of an F at least as large.
    package static func fisherUpper(_ f: Double, _ numerator: Double, _ denominator: Double) -> Double {
        guard f.isFinite else { return f.isNaN ? .nan : 0 }
        if f <= 0 { return 1 }
        return SpecialFunctions.beta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2)
    }

    /// The probability of a χ² at least as large.
    package static func chiSquareUpper(_ x: Double, _ degrees: Double) -> Double {
        guard x.isFinite else { return x.isNaN ? .nan : 0 }
        return SpecialFunctions.upperGamma(degrees / 2, x / 2)
    }

    /// The |t| that is exceeded with probability `p`, by halving.
    package static func studentQuantile(_ p: Double, _ degrees: Double) -> Double {
        var low = 0.0
        var high = 1.0
        while studentTwoSided(high, degrees) > p, high < 1e12 { high *= 2 }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if studentTwoSided(middle, degrees) > p { low = middle } else { high = middle }
            if high - low < 1e-14 * high { break }
        }
        return (low + high) / 2
    }

    /// The quantile of the standard normal distribution, by halving of erfc.
    package static func normalQuantile(_ p: Double) -> Double {
        var low = -40.0
        var high = 40.0
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if erfc(-middle / 2.0.squareRoot()) / 2 < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
