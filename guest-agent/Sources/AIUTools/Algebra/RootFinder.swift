internal import Glibc

/// Real zeros of a function of one unknown, where no formula gives them.
package enum RootFinder {
    private static let most = 20

    /// In ascending order; those that a scan from far left to far right meets.
    package static func zeros(of formula: Formula, in variable: String) -> [Double] {
        func value(_ x: Double) -> Double { formula.value([variable: x]) }
        var zeros: [Double] = []
        var edges: [Double] = []
        // Finely near zero, coarsely far away.
        for step in -400...400 { edges.append(Double(step) / 20 + 0.00123) }
        for power in stride(from: 1.3, through: 6.0, by: 0.02) { edges += [pow(10, power), -pow(10, power)] }
        edges.sort()
        for (left, right) in zip(edges, edges.dropFirst()) where zeros.count < most {
            let (a, b) = (value(left), value(right))
            guard a.isFinite, b.isFinite else { continue }
            if a == 0 {
                zeros.append(left)
            } else if (a < 0) != (b < 0), let zero = bisect(left, right, value) {
                zeros.append(zero)
            }
        }
        return zeros
    }

    /// Halves the interval; nil at a pole, where the sign changes too.
    private static func bisect(_ left: Double, _ right: Double, _ value: (Double) -> Double) -> Double? {
        var (low, high) = (left, right)
        let start = value(low)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            let current = value(middle)
            guard current.isFinite else { return nil }
            if (current < 0) == (start < 0) { low = middle } else { high = middle }
        }
        let zero = (low + high) / 2
        let scale = max(abs(value(left)), abs(value(right)), 1e-300)
        guard abs(value(zero)) <= 1e-6 * scale else { return nil }
        let rounded = (zero * 1e9).rounded() / 1e9
        return abs(value(rounded)) <= abs(value(zero)) ? rounded : zero
    }
}
