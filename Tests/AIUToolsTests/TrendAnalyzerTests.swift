import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Glibc
import Testing

/// Trends, seasons and forecasts.
@Suite struct TrendAnalyzerTests {
    @Test(
        "what comes next",
        arguments: [
            ("1 2 3 4 5", "6"), ("10, 20, 30, 40", "50"), ("2 4 8 16 32", "64"), ("1 4 9 16 25", "36"),
            ("5 5 5 5", "5"),
            ("100 90 80 70", "60"), ("1,5; 3; 4,5; 6", "7.5"),
        ])
    func next(values: String, text: String) throws {
        let arguments: JSON = ["operation": "forecast", "values": .string(values), "periods": 1]
        #expect(try ToolCall.text("trend_analyzer", arguments) == text)
    }

    @Test(
        "up, down or neither",
        arguments: [
            ("1 2 3 4 5 6", "up, 1 per step"), ("9 7 5 3", "down, -2 per step"), ("5 5 5 5 5", "flat"),
            ("3 1 4 1 5 2 4 1 3", "flat"),
        ])
    func trend(values: String, text: String) throws {
        #expect(try ToolCall.text("trend_analyzer", ["operation": "trend", "values": .string(values)]) == text)
    }

    @Test("seasons of known length", arguments: [4, 7, 12, 24])
    func season(period: Int) throws {
        var numbers = TestNumbers(seed: UInt64(period))
        func truth(_ index: Int) -> Double {
            let angle = 2 * Double.pi * Double(index) / Double(period)
            return 100 + Double(index) * 0.5 + 20 * sin(angle)
        }
        var values: [Double] = []
        for index in 0..<period * 8 { values.append(truth(index) + numbers.normal() * 2) }
        let season = try #require(Season.find(values))
        #expect(season.period == period && season.strength > 0.9)
        let forecast = Forecast(values, count: period)
        for (step, point) in forecast.points.enumerated() {
            let expected = truth(values.count + step)
            #expect(abs(point.value - expected) < 6, "\(forecast.model) \(step): \(point.value) \(expected)")
            #expect(point.low < expected && expected < point.high)
        }
    }

    @Test("noise has no season and no trend")
    func noise() {
        var numbers = TestNumbers(seed: 99)
        let values = (0..<200).map { _ in numbers.normal() }
        #expect(Season.find(values) == nil)
        #expect(MannKendall.probability(values) > 0.05)
    }

    @Test("intervals of a line hold about nineteen times of twenty, and are those of statistics")
    func intervals() throws {
        try #require(Reference.isAvailable)
        let values = [3.1, 4.9, 7.2, 8.8, 11.1, 13.3, 14.7, 17.2, 19.1, 20.8]
        let script = """
            import json, numpy as np
            from scipy import stats
            y = np.array(\(values)); n = len(y); x = np.arange(n)
            l = stats.linregress(x, y); s = np.sqrt(((y - l.intercept - l.slope*x)**2).sum()/(n-2))
            x0 = n; w = stats.t.ppf(.975, n-2)*s*np.sqrt(1 + 1/n + (x0 - x.mean())**2/((x - x.mean())**2).sum())
            print(json.dumps([l.intercept + l.slope*x0, l.intercept + l.slope*x0 - w, l.intercept + l.slope*x0 + w]))
            """
        let expected = try #require(Reference.compute(script))
        let forecast = Forecast(values, count: 1)
        #expect(forecast.model == "linear")
        #expect(isClose(forecast.points[0].value, expected[0]?.numberValue))
        #expect(
            isClose(forecast.points[0].low, expected[1]?.numberValue)
                && isClose(forecast.points[0].high, expected[2]?.numberValue))
    }

    @Test("a table with months goes on with months, in whatever order its rows are")
    func table() throws {
        let path = "/tmp/aiu-trend-test.csv"
        defer { try? Files.remove(path) }
        let rows = (1...9).map { "2026-0\($0)-01,\($0 * 10)" }.reversed()
        try Files.replace(path, with: Array("month,sales\n\(rows.joined(separator: "\n"))\n".utf8))
        let arguments: JSON = ["operation": "forecast", "periods": 3]
        let text = try ToolCall.text("trend_analyzer", arguments, files: [path])
        #expect(text == "2026-10-01,100\n2026-11-01,110\n2026-12-01,120")
    }

    @Test(
        "what has no answer is said",
        arguments: [
            (["operation": "forecast", "values": "4"], "A forecast needs at least 3 numbers"),
            (["operation": "seasonality", "values": "1 2 3"], "A season needs at least 8 numbers"),
            (
                ["operation": "forecast", "values": "1 2 3", "periods": 5000],
                "`periods` of trend_analyzer is 5000; it must be from 1 to 1000"
            ),
            (
                ["operation": "forecast", "values": "1 2 3", "periods": 0],
                "`periods` of trend_analyzer is 0; it must be 1 or more"
            ),
            (["operation": "trend", "values": "words"], "There are no numbers in `values`"),
        ] as [(JSON, String)])
    func refusals(arguments: JSON, start: String) throws {
        let reply = try ToolCall.reply("trend_analyzer", arguments)
        #expect(reply.failure?.message.hasPrefix(start) == true, "\(reply.failure?.message ?? reply.text)")
    }
}
