import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Testing

/// Statistics against scipy and pandas, and what people write as lists of numbers.
@Suite struct StatisticsTests {
    @Test(
        "lists of numbers as people write them",
        arguments: [
            ("en", "3, 5, 8", [3, 5, 8]), ("en", "12 15 9 and 20", [12, 15, 9, 20]), ("en", "1,2,3,4", [1, 2, 3, 4]),
            ("en", "1,5; 2,5; 9,25", [1.5, 2.5, 9.25]), ("de", "1,5 und 2,5", [1.5, 2.5]),
            ("de", "1,5, 2,5, 3", [1.5, 2.5, 3]),
            ("en", "$1,200, $950 and $1,000", [1200, 950, 1000]), ("en", "1.5 2.25 -3", [1.5, 2.25, -3]),
            ("en", "[4, 8, 15.5]", [4, 8, 15.5]), ("en", "12%, 15% and 3.5%", [12, 15, 3.5]),
            ("de", "1.200,50; 300", [1200.5, 300]),
            ("en", "1e3, 2.5e-2", [1000, 0.025]), ("en", "−4, −2", [-4, -2]), ("en", "5kg, 7kg", [5, 7]),
            ("en", "10\n20\n30", [10, 20, 30]),
            ("en", "Q1 was 7, Q2 9", [7, 9]), ("en", ".5, 1.", [0.5, 1]), ("en", "19.8,28.6,54.0", [19.8, 28.6, 54]),
            ("de", "19.8,28.6,54.0", [19.8, 28.6, 54]),
            ("de", "1.200.300,50; 2", [1_200_300.5, 2]), ("en", "1,234.5", [1234.5]), ("en", "nothing", []),
            ("en", "5-3", [5, 3]),
        ])
    func lists(language: String, text: String, numbers: [Double]) throws {
        #expect(try NumberList.read(text, languages: [language]) == numbers)
    }

    @Test(
        "results of a list",
        arguments: [
            ("mean", "3, 5, 8", "5.33333333333"), ("median", "4 8 15 16", "11.5"), ("mode", "1 2 2 3", "2"),
            ("standard_deviation", "2, 4, 4, 4, 5, 5, 7, 9", "2.1380899353"),
            ("variance", "2, 4, 4, 4, 5, 5, 7, 9", "4.57142857143"),
            ("quartiles", "6, 7, 15, 36, 39, 40, 41, 42, 43, 47, 49", "Q1,25.5\nQ2,40\nQ3,42.5\nIQR,17"),
            ("mean", "0.1 0.2", "0.15"),
        ])
    func single(operation: String, values: String, text: String) throws {
        #expect(try ToolCall.text("statistics", ["operation": .string(operation), "values": .string(values)]) == text)
    }

    @Test(
        "what has no result is said",
        arguments: [
            (["operation": "mean", "values": "none"], "There are no numbers in `values`"),
            (["operation": "variance", "values": "4"], "The variance of one number is not defined"),
            (["operation": "correlation", "values": "1 2 3", "other_values": "1 2"], "The two lists belong together"),
            (["operation": "correlation", "values": "1 1 1", "other_values": "1 2 3"], "There is no correlation"),
            (["operation": "t_test", "values": "1 2 3"], "This needs two lists"),
            (["operation": "anova", "values": "1 2 3"], "This needs two lists"),
            (["operation": "chi_square", "values": "5 0", "other_values": "0 5"], "A chi-square test needs"),
            (["operation": "meen", "values": "4"], "`operation` of statistics cannot be \"meen\"; did you mean mean?"),
            (["operaton": "mean"], "statistics has no argument \"operaton\"; did you mean `operation`?"),
            (["values": "3"], "statistics needs the argument `operation`"),
            (["operation": "mean", "values": ["3"]], "`values` of statistics must be a text, not an array."),
        ] as [(JSON, String)])
    func refusals(arguments: JSON, start: String) throws {
        let reply = try ToolCall.reply("statistics", arguments)
        #expect(reply.failure?.message.hasPrefix(start) == true, "\(reply.failure?.message ?? reply.text)")
    }

    @Test("tests and relations are those of scipy")
    func scipy() throws {
        try #require(Reference.isAvailable, "install python3-scipy, python3-mpmath and python3-pandas")
        var numbers = TestNumbers(seed: 7)
        for round in 0..<6 {
            let count = 8 + round * 13
            let x = (0..<count).map { _ in numbers.normal() * 3 + 5 }
            let y = x.map { $0 * 0.7 + numbers.normal() }
            let z = (0..<count + 3).map { _ in numbers.normal() * 2 + 6 }
            let counts = (0..<6).map { _ in (numbers.next() * 40).rounded() + 5 }
            let input: JSON = ["x": list(x), "y": list(y), "z": list(z), "c": list(counts)]
            let found = try #require(Reference.compute(Self.script, input: input.text()))
            #expect(isClose(Sample(x).mean, found["mean"]?.numberValue))
            #expect(isClose(Sample(x).median, found["median"]?.numberValue))
            #expect(isClose(Sample(x).deviation, found["sd"]?.numberValue))
            #expect(isClose(Sample(x).quartiles.first, found["q1"]?.numberValue))
            let correlation = try #require(StatisticalTest.correlation(x, y))
            #expect(isClose(correlation.r, found["r"]?.numberValue) && isClose(correlation.p, found["rp"]?.numberValue))
            let line = try #require(StatisticalTest.regression(x: x, y: y))
            #expect(
                isClose(line.slope, found["slope"]?.numberValue)
                    && isClose(line.intercept, found["intercept"]?.numberValue))
            #expect(isClose(line.slopeError, found["stderr"]?.numberValue) && isClose(line.p, found["lp"]?.numberValue))
            let welch = try #require(StatisticalTest.welch(Sample(x), Sample(z)))
            #expect(isClose(welch.t, found["t"]?.numberValue) && isClose(welch.p, found["tp"]?.numberValue))
            let anova = try #require(StatisticalTest.anova([Sample(x), Sample(y), Sample(z)]))
            #expect(isClose(anova.f, found["f"]?.numberValue) && isClose(anova.p, found["fp"]?.numberValue))
            let fit = try #require(StatisticalTest.goodnessOfFit(observed: counts, expected: counts.map { _ in 1 }))
            #expect(isClose(fit.statistic, found["chi"]?.numberValue) && isClose(fit.p, found["chip"]?.numberValue))
            let table = try #require(StatisticalTest.independence([Array(counts[..<3]), Array(counts[3...])]))
            #expect(isClose(table.statistic, found["ind"]?.numberValue) && isClose(table.p, found["indp"]?.numberValue))
        }
    }

    @Test("tails of distributions, also far out, are those of mpmath")
    func distributions() throws {
        try #require(Reference.isAvailable)
        let found = try #require(Reference.compute(Self.tails))
        for (index, entry) in (found.arrayValue ?? []).enumerated() {
            let (x, a, b) = (entry[0]?.numberValue ?? 0, entry[1]?.numberValue ?? 0, entry[2]?.numberValue ?? 0)
            let expected = entry[3]?.numberValue ?? .nan
            let value =
                switch index % 3 {
                case 0: Distribution.studentTwoSided(x, a)
                case 1: Distribution.fisherUpper(x, a, b)
                case _: Distribution.chiSquareUpper(x, a)
                }
            #expect(
                abs(value - expected) <= 1e-8 * max(expected, 1e-4), "\(index % 3) \(x) \(a) \(b): \(value) \(expected)"
            )
        }
    }

    @Test("columns of a file that pandas wrote")
    func table() throws {
        try #require(Reference.isAvailable)
        let path = "/tmp/aiu-statistics-test.csv"
        defer { try? Files.remove(path) }
        let found = try #require(Reference.compute(Self.pandas.replacing("PATH", with: path)))
        func value(_ arguments: JSON) throws -> JSON {
            let reply = try ToolCall.reply("statistics", arguments, files: [path])
            return try #require(reply.value, "\(reply.failure?.message ?? "")")
        }
        let mean = try value(["operation": "mean", "column": "height"])
        #expect(isClose(mean["result"]?.numberValue, found["mean"]?.numberValue))
        let described = try value(["operation": "describe", "column": "Weight"])
        #expect(isClose(described["standardDeviation"]?.numberValue, found["sd"]?.numberValue))
        #expect(isClose(described["q3"]?.numberValue, found["q3"]?.numberValue))
        let correlation = try value(["operation": "correlation", "column": "height and weight"])
        #expect(isClose(correlation["r"]?.numberValue, found["r"]?.numberValue))
        let line = try value(["operation": "regression", "column": "weight", "other_column": "height"])
        #expect(isClose(line["slope"]?.numberValue, found["slope"]?.numberValue))
        let test = try value(["operation": "t_test", "column": "weight", "other_column": "sex"])
        #expect(isClose(test["p"]?.numberValue, found["tp"]?.numberValue))
        let anova = try value(["operation": "anova", "column": "weight", "other_column": "team"])
        #expect(isClose(anova["p"]?.numberValue, found["fp"]?.numberValue))
        let chi = try value(["operation": "chi_square", "column": "sex", "other_column": "team"])
        #expect(isClose(chi["statistic"]?.numberValue, found["chi"]?.numberValue))
        let all = try value(["operation": "describe"])
        #expect(all["columns"]?.arrayValue?.count == 2)
        let wrong = try ToolCall.reply("statistics", ["operation": "mean", "column": "hight"], files: [path])
        #expect(wrong.failure == nil || wrong.failure?.message.contains("height") == true)
    }

    private func list(_ numbers: [Double]) -> JSON { .array(numbers.map { .number($0) }) }

    private static let script = """
        import json, sys
        import numpy as np
        from scipy import stats
        d = json.load(sys.stdin)
        x, y, z, c = (np.array(d[k]) for k in 'xyzc')
        r = stats.pearsonr(x, y); l = stats.linregress(x, y); t = stats.ttest_ind(x, z, equal_var=False)
        f = stats.f_oneway(x, y, z); chi = stats.chisquare(c)
        ind = stats.chi2_contingency(c.reshape(2, 3), correction=False)
        print(json.dumps(dict(mean=x.mean(), median=float(np.median(x)), sd=x.std(ddof=1), q1=float(np.quantile(x, .25)),
            r=r[0], rp=r[1], slope=l.slope, intercept=l.intercept, stderr=l.stderr, lp=l.pvalue, t=t[0], tp=t[1],
            f=f[0], fp=f[1], chi=chi[0], chip=chi[1], ind=ind[0], indp=ind[1])))
        """

    private static let tails = """
        import json
        from mpmath import mp, mpf, betainc, gammainc
        mp.dps = 30
        out = []
        for x in (0.01, 0.5, 1.3, 2.7, 6, 15, 60):
            for a, b in ((1, 2), (2.5, 7), (10, 3), (45, 120), (1000, 1500)):
                x_, a_, b_ = mpf(x), mpf(a), mpf(b)
                out.append([x, a, b, float(betainc(a_/2, mpf(1)/2, 0, a_/(a_ + x_**2), regularized=True))])
                out.append([x, a, b, float(betainc(b_/2, a_/2, 0, b_/(b_ + a_*x_), regularized=True))])
                out.append([x, a, b, float(gammainc(a_/2, x_/2, regularized=True))])
        print(json.dumps(out))
        """

    private static let pandas = """
        import json
        import numpy as np, pandas as pd
        from scipy import stats
        g = np.random.default_rng(5)
        n = 240
        h = g.normal(172, 9, n).round(1)
        d = pd.DataFrame(dict(height=h, weight=(h * .9 - 85 + g.normal(0, 7, n)).round(1), sex=g.choice(['f', 'm'], n),
            team=g.choice(['red', 'green', 'blue'], n)))
        d.to_csv('PATH', index=False)
        w = d.weight
        by = [v.values for _, v in d.groupby('team').weight]
        ab = [d[d.sex == s].weight for s in 'fm']
        print(json.dumps(dict(mean=d.height.mean(), sd=w.std(), q3=w.quantile(.75), r=d.height.corr(w),
            slope=stats.linregress(d.height, w).slope, tp=stats.ttest_ind(*ab, equal_var=False)[1],
            fp=stats.f_oneway(*by)[1], chi=stats.chi2_contingency(pd.crosstab(d.sex, d.team), correction=False)[0])))
        """
}
