/// Tests and relations between samples.
package enum StatisticalTest {
    package struct Correlation: Equatable, Sendable {
        package var r: Double
        package var p: Double
        package var count: Int
    }

    /// Pearson's correlation; nil when one of both does not vary.
    package static func correlation(_ left: [Double], _ right: [Double]) -> Correlation? {
        let count = min(left.count, right.count)
        let x = Sample(left)
        let y = Sample(right)
        let divisor = (x.squares * y.squares).squareRoot()
        guard count >= 2, divisor > 0 else { return nil }
        let meanX = x.mean
        let meanY = y.mean
        let product = Sample.sum(zip(left, right).map { ($0 - meanX) * ($1 - meanY) })
        let r = max(-1, min(1, product / divisor))
        let degrees = Double(count - 2)
        let t = r * (degrees / max(1 - r * r, 0)).squareRoot()
        return Correlation(r: r, p: count > 2 ? Distribution.studentTwoSided(t, degrees) : 1, count: count)
    }

    package struct Regression: Equatable, Sendable {
        package var slope: Double
        package var intercept: Double
        package var rSquared: Double
        package var slopeError: Double
        package var p: Double
        package var count: Int
    }

    /// A straight line through points, by least squares; nil when `x` does not vary.
    package static func regression(x: [Double], y: [Double]) -> Regression? {
        let count = min(x.count, y.count)
        let sampleX = Sample(x)
        let sampleY = Sample(y)
        let squaresX = sampleX.squares
        guard count >= 2, squaresX > 0 else { return nil }
        let meanX = sampleX.mean
        let meanY = sampleY.mean
        let product = Sample.sum(zip(x, y).map { ($0 - meanX) * ($1 - meanY) })
        let slope = product / squaresX
        let intercept = meanY - slope * meanX
        let rest = Sample.sum(
            zip(x, y).map { x, y in
                let distance = y - intercept - slope * x
                return distance * distance
            })
        let squaresY = sampleY.squares
        let degrees = Double(count - 2)
        let slopeError = count > 2 ? (rest / degrees / squaresX).squareRoot() : 0
        let p = count <= 2 ? 1 : slopeError == 0 ? 0 : Distribution.studentTwoSided(slope / slopeError, degrees)
        return Regression(
            slope: slope, intercept: intercept, rSquared: squaresY == 0 ? 1 : max(0, 1 - rest / squaresY),
            slopeError: slopeError, p: p, count: count)
    }

    package struct TTest: Equatable, Sendable {
        package var t: Double
        package var degrees: Double
        package var p: Double
    }

    /// Welch's test: do two samples have the same mean, whatever their variances.
    package static func welch(_ left: Sample, _ right: Sample) -> TTest? {
        let a = left.variance / Double(left.count)
        let b = right.variance / Double(right.count)
        guard left.count >= 2, right.count >= 2, a + b > 0 else { return nil }
        let t = (left.mean - right.mean) / (a + b).squareRoot()
        let degrees = (a + b) * (a + b) / (a * a / Double(left.count - 1) + b * b / Double(right.count - 1))
        return TTest(t: t, degrees: degrees, p: Distribution.studentTwoSided(t, degrees))
    }

    package struct Anova: Equatable, Sendable {
        package var f: Double
        package var between: Double
        package var within: Double
        package var p: Double
    }

    /// One-way analysis of variance; nil when nothing varies within the groups.
    package static func anova(_ groups: [Sample]) -> Anova? {
        let all = Sample(groups.flatMap(\.values))
        let within = Sample.sum(groups.map(\.squares))
        let mean = all.mean
        let between = Sample.sum(groups.map { Double($0.count) * ($0.mean - mean) * ($0.mean - mean) })
        let degreesBetween = Double(groups.count - 1)
        let degreesWithin = Double(all.count - groups.count)
        guard groups.count >= 2, degreesWithin > 0, within > 0 else { return nil }
        let f = between / degreesBetween / (within / degreesWithin)
        return Anova(
            f: f, between: degreesBetween, within: degreesWithin,
            p: Distribution.fisherUpper(f, degreesBetween, degreesWithin))
    }

    package struct ChiSquare: Equatable, Sendable {
        package var statistic: Double
        package var degrees: Double
        package var p: Double
        /// The smallest expected count; below 5 the result is rough.
        package var smallestExpected: Double
    }

    /// Do observed counts fit expected ones; the expected are scaled to the same sum.
    package static func goodnessOfFit(observed: [Double], expected: [Double]) -> ChiSquare? {
        let sum = Sample.sum(expected)
        guard observed.count >= 2, observed.count == expected.count, sum > 0 else { return nil }
        let scale = Sample.sum(observed) / sum
        let scaled = expected.map { $0 * scale }
        guard let smallest = scaled.min(), smallest > 0 else { return nil }
        let statistic = Sample.sum(zip(observed, scaled).map { ($0 - $1) * ($0 - $1) / $1 })
        let degrees = Double(observed.count - 1)
        return ChiSquare(
            statistic: statistic, degrees: degrees, p: Distribution.chiSquareUpper(statistic, degrees),
            smallestExpected: smallest)
    }

    /// Are rows and columns of a table of counts independent; without Yates' correction.
    package static func independence(_ table: [[Double]]) -> ChiSquare? {
        let rows = table.map { Sample.sum($0) }
        let width = table.first?.count ?? 0
        let columns = (0..<width).map { column in Sample.sum(table.map { $0[column] }) }
        let total = Sample.sum(rows)
        guard rows.count >= 2, columns.count >= 2, !rows.contains(0), !columns.contains(0) else { return nil }
        var terms: [Double] = []
        var smallest = Double.infinity
        for (row, counts) in table.enumerated() {
            for (column, count) in counts.enumerated() {
                let expected = rows[row] * columns[column] / total
                smallest = min(smallest, expected)
                terms.append((count - expected) * (count - expected) / expected)
            }
        }
        let statistic = Sample.sum(terms)
        let degrees = Double((rows.count - 1) * (columns.count - 1))
        return ChiSquare(
            statistic: statistic, degrees: degrees, p: Distribution.chiSquareUpper(statistic, degrees),
            smallestExpected: smallest)
    }
}
