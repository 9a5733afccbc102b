/// Values far from the others, judged by the median, which they cannot move.
package enum OutlierSearch {
    package struct Outlier: Equatable, Sendable {
        /// Place in the list.
        package var index: Int
        package var value: Double
        /// Robust standard deviations from the median.
        package var score: Double
    }

    /// Iglewicz and Hoaglin's limit.
    private static let limit = 3.5
    private static let toDeviation = 0.674489750196082

    /// By descending distance.
    package static func find(_ values: [Double]) -> [Outlier] {
        guard values.count >= 4 else { return [] }
        let sorted = values.sorted()
        let median = Sample.quantile(sorted, 0.5)
        let deviations = values.map { abs($0 - median) }.sorted()
        let spread = Sample.quantile(deviations, 0.5)
        var outliers: [Outlier] = []
        if spread > 0 {
            for (index, value) in values.enumerated() {
                let score = toDeviation * (value - median) / spread
                if abs(score) > limit { outliers.append(Outlier(index: index, value: value, score: score)) }
            }
        } else {
            // More than half of the values are the same: quartiles, or else the mean distance, say what is far.
            let mean = Sample(deviations).mean * 1.253314
            guard mean > 0 else { return [] }
            for (index, value) in values.enumerated() {
                let score = (value - median) / mean
                if abs(score) > limit { outliers.append(Outlier(index: index, value: value, score: score)) }
            }
        }
        return outliers.sorted { (abs($1.score), $0.index) < (abs($0.score), $1.index) }
    }
}
