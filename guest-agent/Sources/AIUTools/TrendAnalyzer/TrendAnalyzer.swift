internal import AIUJSON
package import AIUWire
internal import Glibc

/// Finds the trend or season in numbers over time and forecasts the next ones.
package struct TrendAnalyzer: Tool {
    package static let name = "trend_analyzer"

    private enum Operation: String, CaseIterable { case trend, seasonality, forecast }

    private static let defaultPeriods = 3
    private static let mostPeriods = 1000

    package init() {}

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let operation = try arguments.requiredChoice("operation", Operation.self)
        let periods = try arguments.integer("periods", in: 1...Self.mostPeriods) ?? Self.defaultPeriods
        let series = try TimeSeries(NumberSource(invocation))
        switch operation {
        case .trend: return try trend(series)
        case .seasonality: return try seasonality(series)
        case .forecast: return try forecast(series, periods)
        }
    }

    private func need(_ count: Int, _ series: TimeSeries, for what: String) throws(ToolReply.Failure) {
        guard series.values.count >= count else {
            throw ToolReply.Failure(
                .invalid,
                "\(what) needs at least \(count) numbers in the order of time, and there are \(series.values.count).")
        }
    }

    private func trend(_ series: TimeSeries) throws(ToolReply.Failure) -> ToolReply {
        try need(3, series, for: "A trend")
        let values = series.values
        guard let line = StatisticalTest.regression(x: values.indices.map { Double($0) }, y: values) else {
            throw ToolReply.Failure(.invalid, "A trend needs numbers at several times.")
        }
        let p = MannKendall.probability(Array(values.suffix(3000)))
        // Few values cannot be significant; then a line that fits well has the word.
        let isClear = p < 0.05 || (values.count < 6 && line.rSquared > 0.8)
        let isMoving = isClear && abs(line.slope) > 1e-12 * max(1, abs(Sample(values).mean))
        let direction = !isMoving ? "flat" : line.slope > 0 ? "up" : "down"
        let start = line.intercept
        let end = line.intercept + line.slope * Double(values.count - 1)
        let change = start == 0 ? 0 : (end - start) / abs(start) * 100
        let slope = NumberFormat.write(line.slope, digits: 6)
        return ToolReply(
            text: direction == "flat" ? "flat" : "\(direction), \(slope) per step",
            value: [
                "operation": "trend", "direction": .string(direction), "slope": .number(line.slope),
                "intercept": .number(line.intercept),
                "rSquared": .number(line.rSquared), "p": .number(p), "changePercent": .number(change),
                "count": .integer(Int64(values.count)), "first": .number(values[0]),
                "last": .number(values[values.count - 1]),
            ],
            phrase: .init(
                "trend_analyzer.\(direction)",
                [
                    "slope": slope, "count": "\(values.count)", "r2": NumberFormat.write(line.rSquared, digits: 3),
                    "percent": NumberFormat.write(change, digits: 3),
                ]))
    }

    private func seasonality(_ series: TimeSeries) throws(ToolReply.Failure) -> ToolReply {
        try need(8, series, for: "A season")
        guard let season = Season.find(series.values) else {
            return ToolReply(
                text: "none",
                value: ["operation": "seasonality", "period": nil, "count": .integer(Int64(series.values.count))],
                phrase: .init("trend_analyzer.no_season", ["count": "\(series.values.count)"]))
        }
        let peak = season.effects.indices.max { season.effects[$0] < season.effects[$1] } ?? 0
        let low = season.effects.indices.min { season.effects[$0] < season.effects[$1] } ?? 0
        return ToolReply(
            text: "\(season.period)",
            value: [
                "operation": "seasonality", "period": .integer(Int64(season.period)),
                "strength": .number(season.strength),
                "effects": .array(season.effects.map { .number($0) }), "highest": .integer(Int64(peak + 1)),
                "lowest": .integer(Int64(low + 1)), "count": .integer(Int64(series.values.count)),
            ],
            phrase: .init(
                "trend_analyzer.season",
                [
                    "period": "\(season.period)", "percent": NumberFormat.write(season.strength * 100, digits: 3),
                    "peak": "\(peak + 1)", "low": "\(low + 1)",
                ]))
    }

    private func forecast(_ series: TimeSeries, _ periods: Int) throws(ToolReply.Failure) -> ToolReply {
        try need(3, series, for: "A forecast")
        let forecast = Forecast(series.values, count: periods)
        guard forecast.points.allSatisfy({ $0.value.isFinite }) else {
            throw ToolReply.Failure(
                .failed, "These numbers grow beyond all bounds within \(periods) steps; ask for fewer.")
        }
        let days = series.next(periods)
        let isWhole =
            series.values.allSatisfy { $0 == $0.rounded() }
            && forecast.points.allSatisfy { abs($0.value - $0.value.rounded()) < 1e-9 }
        let write = { (number: Double) in
            NumberFormat.write(isWhole ? number.rounded() : number, digits: isWhole ? 15 : 6)
        }
        var lines: [String] = []
        var json: [JSON] = []
        for (index, point) in forecast.points.enumerated() {
            let value = write(point.value)
            lines.append(days.indices.contains(index) ? "\(Moment(days[index]).dayText),\(value)" : value)
            var entry: JSON = ["value": .number(point.value), "low": .number(point.low), "high": .number(point.high)]
            if days.indices.contains(index) { entry["date"] = .string(Moment(days[index]).dayText) }
            json.append(entry)
        }
        let first = forecast.points[0]
        let shown = forecast.points.prefix(12).map { write($0.value) }.joined(separator: ", ")
        return ToolReply(
            text: periods == 1 ? write(first.value) : lines.joined(separator: "\n"),
            value: [
                "operation": "forecast", "model": .string(forecast.model), "forecast": .array(json), "confidence": 0.95,
                "count": .integer(Int64(series.values.count)),
            ],
            phrase: .init(
                periods == 1 ? "trend_analyzer.next" : "trend_analyzer.forecast",
                [
                    "values": shown, "low": NumberFormat.write(first.low, digits: 6),
                    "high": NumberFormat.write(first.high, digits: 6),
                    "model": forecast.model,
                ]))
    }
}

/// Does a series rise or fall on the whole, however unevenly.
package enum MannKendall {
    /// The probability of so many pairs in one order by chance.
    package static func probability(_ values: [Double]) -> Double {
        let n = values.count
        guard n >= 3 else { return 1 }
        var s = 0
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) { s += values[j] > values[i] ? 1 : values[j] < values[i] ? -1 : 0 }
        }
        var counts: [Double: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        let size = Double(n)
        var variance = size * (size - 1) * (2 * size + 5)
        for count in counts.values where count > 1 {
            let ties = Double(count)
            variance -= ties * (ties - 1) * (2 * ties + 5)
        }
        variance /= 18
        guard variance > 0, s != 0 else { return 1 }
        let z = (Double(abs(s)) - 1) / variance.squareRoot()
        return erfc(z / 2.0.squareRoot())
    }
}
