internal import Glibc

/// What comes next, by the model that explains the past best, with the range in which it will be nineteen times of twenty.
package struct Forecast: Equatable, Sendable {
    package struct Point: Equatable, Sendable {
        package var value: Double
        package var low: Double
        package var high: Double
    }

    package var model: String
    package var points: [Point]

    /// A model fitted to the past.
    private struct Fit {
        var model: String
        var parameters: Int
        /// Sum of the squared errors one step ahead, over `count` values.
        var errors: Double
        var count: Int
        var ahead: (Int) -> Double
        /// How the variance grows with the distance.
        var growth: (Int) -> Double

        /// Akaike's criterion with the correction for few values.
        var score: Double {
            let n = Double(count)
            let k = Double(parameters + 1)
            let penalty = n - k - 1 > 0 ? 2 * k * n / (n - k - 1) : 1e6
            return n * log(max(errors / n, 1e-300)) + penalty
        }
    }

    private static let analysed = 2000

    /// - Parameter count: how many values ahead.
    package init(_ all: [Double], count: Int) {
        let values = Array(all.suffix(Self.analysed))
        let scale = max(Sample(values).squares, 1e-12 * values.reduce(0) { $0 + $1 * $1 }, 1e-300)
        var fits = [Self.level(values)]
        if values.count >= 3 { fits.append(Self.polynomial(values, 1)) }
        if values.count >= 4 { fits.append(Self.polynomial(values, 2)) }
        if values.count >= 3, let fit = Self.exponential(values) { fits.append(fit) }
        if values.count >= 8 { fits.append(Self.holt(values)) }
        if let season = Season.find(values), values.count >= 2 * season.period {
            fits.append(Self.seasonal(values, season))
            if season.period <= 60 { fits.append(Self.winters(values, season)) }
        }
        // What goes through all points exactly is the law, the simplest first.
        let exact = fits.first { $0.errors <= 1e-18 * scale && values.count > $0.parameters }
        let best = exact ?? fits.min { $0.score < $1.score } ?? fits[0]
        let freedom = Double(max(1, best.count - best.parameters))
        let deviation = (best.errors / freedom).squareRoot()
        let t = best.count > best.parameters ? Distribution.studentQuantile(0.05, freedom) : 0
        model = best.model
        points = (1...count).map { step in
            let value = best.ahead(step)
            let reach = exact == nil ? t * deviation * best.growth(step).squareRoot() : 0
            return Point(value: value, low: value - reach, high: value + reach)
        }
    }

    private static func level(_ values: [Double]) -> Fit {
        let sample = Sample(values)
        let n = Double(values.count)
        return Fit(
            model: "mean", parameters: 1, errors: sample.squares, count: values.count, ahead: { _ in sample.mean },
            growth: { _ in 1 + 1 / n })
    }

    /// A line or a parabola by least squares.
    private static func polynomial(_ values: [Double], _ degree: Int) -> Fit {
        let n = Double(values.count)
        // Around 0, so that powers stay small.
        let x = values.indices.map { Double($0) - (n - 1) / 2 }
        let coefficients = leastSquares(x, values, degree)
        func at(_ place: Double) -> Double { coefficients.reversed().reduce(0) { $0 * place + $1 } }
        let errors = Sample.sum(zip(x, values).map { place, value in (value - at(place)) * (value - at(place)) })
        let squares = Sample.sum(x.map { $0 * $0 })
        return Fit(
            model: degree == 1 ? "linear" : "quadratic", parameters: degree + 1, errors: errors, count: values.count,
            ahead: { at((n - 1) / 2 + Double($0)) },
            growth: { step in
                let place = (n - 1) / 2 + Double(step)
                let lever = 1 + 1 / n + place * place / squares
                return degree == 1 ? lever : lever * (1 + place * place / squares)
            })
    }

    private static func leastSquares(_ x: [Double], _ y: [Double], _ degree: Int) -> [Double] {
        let size = degree + 1
        var matrix = (0..<size).map { row in
            (0..<size).map { column in Sample.sum(x.map { pow($0, Double(row + column)) }) }
                + [Sample.sum(zip(x, y).map { pow($0, Double(row)) * $1 })]
        }
        for column in 0..<size {
            let pivot = (column..<size).max { abs(matrix[$0][column]) < abs(matrix[$1][column]) } ?? column
            matrix.swapAt(column, pivot)
            for row in 0..<size where row != column && matrix[column][column] != 0 {
                let factor = matrix[row][column] / matrix[column][column]
                for place in column...size { matrix[row][place] -= factor * matrix[column][place] }
            }
        }
        return (0..<size).map { matrix[$0][$0] == 0 ? 0 : matrix[$0][size] / matrix[$0][$0] }
    }

    /// The same factor again and again; only for numbers of one sign.
    private static func exponential(_ values: [Double]) -> Fit? {
        guard let first = values.first, first != 0, values.allSatisfy({ $0 * first > 0 }) else { return nil }
        let sign = first < 0 ? -1.0 : 1.0
        let n = Double(values.count)
        let x = values.indices.map { Double($0) }
        guard let line = StatisticalTest.regression(x: x, y: values.map { log($0 * sign) }) else { return nil }
        func at(_ place: Double) -> Double { sign * exp(line.intercept + line.slope * place) }
        let errors = Sample.sum(zip(x, values).map { ($1 - at($0)) * ($1 - at($0)) })
        let last = abs(at(n - 1))
        return Fit(
            model: "exponential", parameters: 2, errors: errors, count: values.count, ahead: { at(n - 1 + Double($0)) },
            growth: { step in (1 + 1 / n) * pow(abs(at(n - 1 + Double(step))) / last, 2) })
    }

    /// A level and a slope that follow the newest values.
    private static func holt(_ values: [Double]) -> Fit {
        smoothed(values, effects: [], model: "Holt")
    }

    private static func winters(_ values: [Double], _ season: Season) -> Fit {
        smoothed(values, effects: season.effects, model: "Holt-Winters")
    }

    private static func smoothed(_ values: [Double], effects: [Double], model: String) -> Fit {
        let weights = [0.05, 0.2, 0.4, 0.6, 0.8, 0.95]
        let gammas = effects.isEmpty ? [0] : [0.05, 0.2, 0.5]
        var best = (errors: Double.infinity, alpha: 0.5, beta: 0.1, gamma: 0.0)
        for alpha in weights {
            for beta in [0.01, 0.05, 0.2, 0.5] {
                for gamma in gammas {
                    let errors = run(values, effects, alpha, beta, gamma).errors
                    if errors < best.errors { best = (errors, alpha, beta, gamma) }
                }
            }
        }
        let (alpha, beta) = (best.alpha, best.beta)
        let end = run(values, effects, alpha, beta, best.gamma)
        return Fit(
            model: model, parameters: effects.isEmpty ? 4 : 5 + effects.count, errors: end.errors,
            count: values.count - 1,
            ahead: { step in
                let effect = effects.isEmpty ? 0 : end.effects[(values.count + step - 1) % effects.count]
                return end.level + Double(step) * end.slope + effect
            },
            growth: { step in
                (1..<max(step, 1)).reduce(1.0) { sum, j in
                    let weight = alpha * (1 + Double(j) * beta)
                    return sum + weight * weight
                }
            })
    }

    private static func run(
        _ values: [Double], _ start: [Double], _ alpha: Double, _ beta: Double, _ gamma: Double
    ) -> (errors: Double, level: Double, slope: Double, effects: [Double]) {
        var effects = start
        func effect(_ index: Int) -> Double { effects.isEmpty ? 0 : effects[index % effects.count] }
        let head = Array(values.prefix(max(4, 2 * start.count)))
        let plain = head.enumerated().map { $1 - effect($0) }
        let line = StatisticalTest.regression(x: plain.indices.map { Double($0) }, y: plain)
        var slope = line?.slope ?? 0
        var level = (line?.intercept ?? values[0])
        var errors = 0.0
        for index in 1..<values.count {
            let expected = level + slope
            let error = values[index] - expected - effect(index)
            errors += error * error
            let before = level
            level = expected + alpha * error
            slope += beta * (level - before - slope)
            if !effects.isEmpty { effects[index % effects.count] += gamma * (1 - alpha) * error }
        }
        return (errors, level, slope, effects)
    }

    /// A straight line and what the season adds to it.
    private static func seasonal(_ values: [Double], _ season: Season) -> Fit {
        let n = Double(values.count)
        let x = values.indices.map { Double($0) }
        var effects = season.effects
        var slope = 0.0
        var intercept = 0.0
        // Line and season in turn, until neither moves the other.
        for _ in 0..<20 {
            let plain = values.enumerated().map { $1 - effects[$0 % season.period] }
            guard let line = StatisticalTest.regression(x: x, y: plain) else { break }
            (slope, intercept) = (line.slope, line.intercept)
            var sums = [Double](repeating: 0, count: season.period)
            var counts = [Double](repeating: 0, count: season.period)
            for (index, value) in values.enumerated() {
                sums[index % season.period] += value - intercept - slope * Double(index)
                counts[index % season.period] += 1
            }
            effects = zip(sums, counts).map { $0 / max(1, $1) }
        }
        let (a, b, final) = (intercept, slope, effects)
        func at(_ index: Int) -> Double { a + b * Double(index) + final[index % season.period] }
        let errors = Sample.sum(values.enumerated().map { ($1 - at($0)) * ($1 - at($0)) })
        return Fit(
            model: "linear with season", parameters: season.period + 1, errors: errors, count: values.count,
            ahead: { at(values.count - 1 + $0) },
            growth: { step in 1 + Double(season.period) / n + pow(n / 2 + Double(step), 2) * 12 / (n * n * n) })
    }
}
