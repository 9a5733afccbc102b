internal import Glibc

/// A pattern that comes again after so many values.
package struct Season: Equatable, Sendable {
    package var period: Int
    /// How much of what the trend leaves it explains, from 0 to 1.
    package var strength: Double
    /// What it adds at each place of the period; the sum is 0.
    package var effects: [Double]

    private static let longest = 370
    private static let analysed = 4000
    /// Below this it is noise.
    private static let least = 0.3

    /// The clearest season; nil when there is none.
    package static func find(_ all: [Double]) -> Season? {
        let values = Array(all.suffix(analysed))
        guard values.count >= 8 else { return nil }
        let rest = detrended(values)
        let energy = Sample(rest).squares
        guard energy > 1e-20 * max(1, Sample(values).squares) else { return nil }
        let most = min(longest, values.count / 2)
        guard most >= 2 else { return nil }
        var correlations = [1.0]
        for lag in 1...most {
            var sum = 0.0
            for index in lag..<rest.count { sum += rest[index] * rest[index - lag] }
            correlations.append(sum / energy * Double(rest.count) / Double(rest.count - lag))
        }
        let limit = max(least, 2 / Double(values.count).squareRoot())
        var best: Season?
        for lag in 2...most {
            let isPeak =
                correlations[lag] >= correlations[lag - 1]
                && (lag == most || correlations[lag] >= correlations[lag + 1])
            guard isPeak, correlations[lag] >= limit else { continue }
            let season = Season(rest, period: lag)
            // A multiple of a period fits a little better by having more figures; it must fit clearly better.
            if season.strength > (best?.strength ?? 0) + 0.05, season.strength >= least { best = season }
        }
        return best
    }

    private init(_ rest: [Double], period: Int) {
        self.period = period
        var sums = [Double](repeating: 0, count: period)
        var counts = [Double](repeating: 0, count: period)
        for (index, value) in rest.enumerated() {
            sums[index % period] += value
            counts[index % period] += 1
        }
        let means = zip(sums, counts).map { $0 / max(1, $1) }
        let centre = means.reduce(0, +) / Double(period)
        effects = means.map { $0 - centre }
        let total = Sample(rest).squares
        var left = 0.0
        for (index, value) in rest.enumerated() {
            let distance = value - means[index % period]
            left += distance * distance
        }
        // What so many free figures explain of mere noise is taken off.
        let freedom = Double(max(1, rest.count - period))
        strength = total == 0 ? 0 : max(0, 1 - left / freedom / (total / Double(rest.count - 1)))
    }

    /// Without its straight line.
    static func detrended(_ values: [Double]) -> [Double] {
        let x = values.indices.map { Double($0) }
        guard let line = StatisticalTest.regression(x: x, y: values) else { return values }
        return zip(x, values).map { $1 - line.intercept - line.slope * $0 }
    }
}
