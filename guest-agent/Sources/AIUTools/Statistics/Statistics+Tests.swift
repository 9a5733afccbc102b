internal import AIUJSON
internal import AIUWire

/// Tests of samples against each other.
extension Statistics {
    func tTest(_ source: NumberSource, _ arguments: Arguments) throws(ToolReply.Failure) -> ToolReply {
        let (left, right) = try twoGroups(source, arguments)
        guard let test = StatisticalTest.welch(left.sample, right.sample) else {
            throw ToolReply.Failure(
                .invalid, "A t-test needs two lists of at least two numbers each that are not all the same.")
        }
        let text =
            "t = \(NumberFormat.write(test.t, digits: 6)), df = \(NumberFormat.write(test.degrees, digits: 6)), p = \(Self.probability(test.p))"
        return ToolReply(
            text: text,
            value: [
                "operation": "t_test", "t": .number(test.t), "degreesOfFreedom": .number(test.degrees),
                "p": .number(test.p),
                "means": [.number(left.sample.mean), .number(right.sample.mean)],
                "groups": [.string(left.name), .string(right.name)],
                "counts": [.integer(Int64(left.sample.count)), .integer(Int64(right.sample.count))],
            ],
            phrase: .init(
                Self.significant(test.p, "statistics.difference"),
                [
                    "result": text, "first": NumberFormat.write(left.sample.mean, digits: 6),
                    "second": NumberFormat.write(right.sample.mean, digits: 6),
                ]))
    }

    func twoGroups(
        _ source: NumberSource, _ arguments: Arguments
    ) throws(ToolReply.Failure) -> (left: (name: String, sample: Sample), right: (name: String, sample: Sample)) {
        if let left = try source.inline("values") {
            guard let right = try source.inline("other_values") else { throw needsTwo }
            return (("first", Sample(left)), ("second", Sample(right)))
        }
        let table = try source.table()
        let (first, second) = try columns(source, table)
        if let grouping = [second, first].first(where: { table.columns[$0].kind != .number }) {
            let values = grouping == second ? first : second
            let groups = try source.groups(of: values, by: grouping, in: table)
            guard groups.count == 2 else {
                throw ToolReply.Failure(
                    .invalid,
                    "A t-test compares two groups, but '\(table.names[grouping])' has \(groups.count): \(ColumnChoice.list(groups.map(\.name))); use anova for more."
                )
            }
            return (groups[0], groups[1])
        }
        return (
            (table.names[first], Sample(try source.numbers(in: first, of: table))),
            (table.names[second], Sample(try source.numbers(in: second, of: table)))
        )
    }

    func anova(_ source: NumberSource, _ arguments: Arguments) throws(ToolReply.Failure) -> ToolReply {
        let groups = try anovaGroups(source, arguments)
        guard let test = StatisticalTest.anova(groups.map(\.sample)) else {
            throw ToolReply.Failure(
                .invalid, "An analysis of variance needs at least two groups, and numbers that vary within them.")
        }
        let text =
            "F(\(NumberFormat.write(test.between)), \(NumberFormat.write(test.within))) = \(NumberFormat.write(test.f, digits: 6)), p = \(Self.probability(test.p))"
        return ToolReply(
            text: text,
            value: [
                "operation": "anova", "f": .number(test.f), "degreesBetween": .number(test.between),
                "degreesWithin": .number(test.within), "p": .number(test.p),
                "groups": .array(
                    groups.prefix(100).map {
                        [
                            "name": .string($0.name), "count": .integer(Int64($0.sample.count)),
                            "mean": .number($0.sample.mean),
                        ]
                    }),
            ],
            phrase: .init(Self.significant(test.p, "statistics.groups"), ["result": text, "count": "\(groups.count)"]))
    }

    /// Groups in the prompt are separated by semicolons, lines or bars.
    func anovaGroups(
        _ source: NumberSource, _ arguments: Arguments
    ) throws(ToolReply.Failure) -> [(name: String, sample: Sample)] {
        if let text = arguments.text("values") {
            var groups: [(name: String, sample: Sample)] = []
            let parts =
                text.split { ";|\n/".contains($0) }
                + (arguments.text("other_values") ?? "").split { ";|\n/".contains($0) }
            for part in parts {
                let numbers = try NumberList.read(String(part), languages: source.languages)
                if !numbers.isEmpty { groups.append(("\(groups.count + 1)", Sample(numbers))) }
            }
            guard groups.count >= 2 else { throw needsTwo }
            return groups
        }
        let table = try source.table()
        let (first, second) = try columns(source, table)
        let isSwapped = table.columns[first].kind != .number && table.columns[second].kind == .number
        return try source.groups(of: isSwapped ? second : first, by: isSwapped ? first : second, in: table)
    }

    func chiSquare(_ source: NumberSource, _ arguments: Arguments) throws(ToolReply.Failure) -> ToolReply {
        let test: StatisticalTest.ChiSquare?
        if let text = arguments.text("values") {
            test = try chiSquareInline(text, source, arguments)
        } else {
            let table = try source.table()
            let (first, second) = try columns(source, table)
            test = StatisticalTest.independence(try source.counts(first, second, of: table).table)
        }
        guard let test else {
            throw ToolReply.Failure(
                .invalid,
                "A chi-square test needs at least two counts on each side, and none of the expected ones may be 0.")
        }
        let text =
            "χ²(\(NumberFormat.write(test.degrees))) = \(NumberFormat.write(test.statistic, digits: 6)), p = \(Self.probability(test.p))"
        return ToolReply(
            text: text,
            value: [
                "operation": "chi_square", "statistic": .number(test.statistic),
                "degreesOfFreedom": .number(test.degrees),
                "p": .number(test.p), "smallestExpected": .number(test.smallestExpected),
                "rough": .bool(test.smallestExpected < 5),
            ],
            phrase: .init(Self.significant(test.p, "statistics.chi_square"), ["result": text]))
    }

    func chiSquareInline(
        _ text: String, _ source: NumberSource, _ arguments: Arguments
    ) throws(ToolReply.Failure) -> StatisticalTest.ChiSquare? {
        var rows: [[Double]] = []
        for part in text.split(whereSeparator: { ";|\n".contains($0) }) {
            let numbers = try NumberList.read(String(part), languages: source.languages)
            if !numbers.isEmpty { rows.append(numbers) }
        }
        if let expected = try source.inline("other_values"), let observed = rows.first, rows.count == 1 {
            guard observed.count == expected.count else {
                throw ToolReply.Failure(
                    .invalid,
                    "There are \(observed.count) observed and \(expected.count) expected counts; there must be as many of both."
                )
            }
            return StatisticalTest.goodnessOfFit(observed: observed, expected: expected)
        }
        guard let first = rows.first else { return nil }
        if rows.count == 1 {
            return StatisticalTest.goodnessOfFit(observed: first, expected: first.map { _ in 1 })
        }
        guard rows.allSatisfy({ $0.count == first.count }) else {
            throw ToolReply.Failure(
                .invalid, "The rows of counts have different lengths; they must be as long as each other.")
        }
        return StatisticalTest.independence(rows)
    }

    static func probability(_ p: Double) -> String {
        p < 1e-6 ? "< 0.000001" : NumberFormat.write(p, digits: 4)
    }

    static func significant(_ p: Double, _ name: String) -> String { p < 0.05 ? name : "\(name)_none" }
}
