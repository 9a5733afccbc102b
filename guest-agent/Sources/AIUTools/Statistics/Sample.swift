/// A list of numbers and what can be said of it.
package struct Sample: Sendable {
    package let values: [Double]

    package init(_ values: [Double]) { self.values = values }

    package var count: Int { values.count }

    /// Added with a running correction, so that a million small numbers beside a large one are not lost.
    package var sum: Double { Self.sum(values) }

    package var mean: Double { sum / Double(count) }

    /// Sum of the squared distances from the mean; in two passes, so that nothing cancels.
    package var squares: Double {
        let mean = mean
        return Self.sum(values.map { ($0 - mean) * ($0 - mean) })
    }

    /// Of a sample: divided by n − 1.
    package var variance: Double { squares / Double(count - 1) }
    package var deviation: Double { variance.squareRoot() }
    /// Of a whole population: divided by n.
    package var populationVariance: Double { squares / Double(count) }
    package var populationDeviation: Double { populationVariance.squareRoot() }

    package var sorted: [Double] { values.sorted() }

    package var median: Double { Self.quantile(sorted, 0.5) }

    /// The quartiles, by linear interpolation as spreadsheets' QUARTILE.INC and numpy do.
    package var quartiles: (first: Double, second: Double, third: Double) {
        let sorted = sorted
        return (Self.quantile(sorted, 0.25), Self.quantile(sorted, 0.5), Self.quantile(sorted, 0.75))
    }

    /// The most frequent values in ascending order, and how often each occurs.
    package var modes: (values: [Double], count: Int) {
        var counts: [Double: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        return (counts.filter { $0.value == most }.keys.sorted(), most)
    }

    package static func quantile(_ sorted: [Double], _ fraction: Double) -> Double {
        guard let last = sorted.last else { return .nan }
        let place = fraction * Double(sorted.count - 1)
        let index = Int(place)
        guard index + 1 < sorted.count else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }

    package static func sum(_ values: [Double]) -> Double {
        var sum = 0.0
        var correction = 0.0
        for value in values {
            let total = sum + value
            correction += abs(sum) >= abs(value) ? (sum - total) + value : (value - total) + sum
            sum = total
        }
        return sum + correction
    }
}
