internal import AIUJSON
package import AIUWire

/// Describes, tests and relates lists of numbers or the columns of a table.
package struct Statistics: Tool {
    package static let name = "statistics"

    private enum Operation: String, CaseIterable {
        case describe, mean, median, mode, variance, quartiles, correlation, regression, anova
        case standardDeviation = "standard_deviation"
        case tTest = "t_test"
        case chiSquare = "chi_square"
    }

    package init() {}

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let source = NumberSource(invocation)
        let arguments = Arguments(invocation)
        let operation = try arguments.requiredChoice("operation", Operation.self)
        switch operation {
        case .describe:
            if !source.isInline, arguments.text("column") == nil { return try describeTable(source) }
            return describe(try sample(source), try subject(source))
        case .mean, .median, .mode, .standardDeviation, .variance, .quartiles:
            return try single(operation, try sample(source), subject: try subject(source))
        case .correlation:
            let (left, right, names) = try pair(source)
            return try correlation(left, right, names)
        case .regression:
            let (predicted, predictor, names) = try pair(source)
            return try regression(y: predicted, x: predictor, names)
        case .tTest: return try tTest(source, arguments)
        case .anova: return try anova(source, arguments)
        case .chiSquare: return try chiSquare(source, arguments)
        }
    }

    // MARK: One sample

    private func sample(_ source: NumberSource) throws(ToolReply.Failure) -> Sample {
        if let values = try source.inline("values") {
            return Sample(values + (try source.inline("other_values") ?? []))
        }
        let table = try source.table()
        return Sample(try source.numbers(in: try source.column("column", of: table), of: table))
    }

    /// What the numbers are, for people: a column's name.
    private func subject(_ source: NumberSource) throws(ToolReply.Failure) -> String? {
        if source.isInline { return nil }
        let table = try source.table()
        return table.names[try source.column("column", of: table)]
    }

    private func single(_ operation: Operation, _ sample: Sample, subject: String?) throws(ToolReply.Failure)
        -> ToolReply
    {
        let needed = operation == .variance || operation == .standardDeviation ? 2 : 1
        guard sample.count >= needed else {
            throw ToolReply.Failure(
                .invalid, "The \(Self.title(operation)) of one number is not defined; give at least two.")
        }
        switch operation {
        case .mean: return number(sample.mean, "mean", sample, subject)
        case .median: return number(sample.median, "median", sample, subject)
        case .variance:
            return number(
                sample.variance, "variance", sample, subject, ["population": .number(sample.populationVariance)])
        case .standardDeviation:
            return number(
                sample.deviation, "standard_deviation", sample, subject,
                ["population": .number(sample.populationDeviation)])
        case .mode: return mode(sample)
        case _: return quartiles(sample)
        }
    }

    private static func title(_ operation: Operation) -> String {
        operation == .variance ? "variance" : "standard deviation"
    }

    private func number(
        _ value: Double, _ name: String, _ sample: Sample, _ subject: String?, _ more: JSON = .emptyObject
    ) -> ToolReply {
        var json: JSON = ["operation": .string(name), "result": .number(value), "count": .integer(Int64(sample.count))]
        for member in more.membersValue ?? [] { json[member.name] = member.value }
        if let subject { json["column"] = .string(subject) }
        let text = NumberFormat.write(value)
        let phrase = subject == nil ? "statistics.\(name)" : "statistics.\(name)_of"
        return ToolReply(
            text: text, value: json,
            phrase: .init(phrase, ["value": text, "column": subject ?? "", "count": "\(sample.count)"]))
    }

    private func mode(_ sample: Sample) -> ToolReply {
        let modes = sample.modes
        let text = modes.values.prefix(100).map { NumberFormat.write($0) }.joined(separator: "\n")
        let list = modes.values.prefix(10).map { NumberFormat.write($0) }.joined(separator: ", ")
        return ToolReply(
            text: text,
            value: [
                "operation": "mode", "modes": .array(modes.values.prefix(1000).map { .number($0) }),
                "occurrences": .integer(Int64(modes.count)), "count": .integer(Int64(sample.count)),
            ],
            phrase: .init(
                modes.values.count == 1 ? "statistics.mode" : "statistics.modes",
                ["value": list, "times": "\(modes.count)"]))
    }

    private func quartiles(_ sample: Sample) -> ToolReply {
        let (first, second, third) = sample.quartiles
        let values = [("Q1", first), ("Q2", second), ("Q3", third), ("IQR", third - first)]
        return ToolReply(
            text: values.map { "\($0),\(NumberFormat.write($1))" }.joined(separator: "\n"),
            value: [
                "operation": "quartiles", "first": .number(first), "second": .number(second), "third": .number(third),
                "interquartileRange": .number(third - first), "count": .integer(Int64(sample.count)),
            ],
            phrase: .init(
                "statistics.quartiles",
                ["q1": NumberFormat.write(first), "q2": NumberFormat.write(second), "q3": NumberFormat.write(third)]))
    }

    private func describe(_ sample: Sample, _ subject: String?) -> ToolReply {
        let figures = Self.figures(sample)
        var json = JSON.object(
            figures.map { JSON.Member($0.0, $0.0 == "count" ? .integer(Int64($0.1)) : .number($0.1)) })
        json["operation"] = "describe"
        if let subject { json["column"] = .string(subject) }
        var values = Dictionary(uniqueKeysWithValues: figures.map { ($0.0, NumberFormat.write($0.1, digits: 6)) })
        values["column"] = subject ?? ""
        return ToolReply(
            text: figures.map { "\($0.0),\(NumberFormat.write($0.1))" }.joined(separator: "\n"), value: json,
            phrase: .init(subject == nil ? "statistics.describe" : "statistics.describe_of", values))
    }

    private static func figures(_ sample: Sample) -> [(String, Double)] {
        let sorted = sample.sorted
        var figures: [(String, Double)] = [("count", Double(sample.count)), ("sum", sample.sum), ("mean", sample.mean)]
        if sample.count > 1 { figures.append(("standardDeviation", sample.deviation)) }
        figures += [
            ("minimum", sorted[0]), ("q1", Sample.quantile(sorted, 0.25)), ("median", Sample.quantile(sorted, 0.5)),
            ("q3", Sample.quantile(sorted, 0.75)), ("maximum", sorted[sorted.count - 1]),
        ]
        return figures
    }

    /// Every column of numbers of a table.
    private func describeTable(_ source: NumberSource) throws(ToolReply.Failure) -> ToolReply {
        let table = try source.table()
        let numeric = table.columns.indices.filter { table.columns[$0].kind == .number }.prefix(50)
        guard !numeric.isEmpty else {
            throw ToolReply.Failure(.invalid, "'\(table.name)' has no column of numbers to describe.")
        }
        var lines = ["column,count,mean,standardDeviation,minimum,q1,median,q3,maximum"]
        var columns: [JSON] = []
        for column in numeric {
            let sample = Sample(try source.numbers(in: column, of: table))
            let figures = Self.figures(sample)
            let table = table.names[column]
            let wanted = ["count", "mean", "standardDeviation", "minimum", "q1", "median", "q3", "maximum"]
            let cells = wanted.map { name in figures.first { $0.0 == name }.map { NumberFormat.write($0.1) } ?? "" }
            lines.append(([Self.cell(table)] + cells).joined(separator: ","))
            columns.append(
                .object([JSON.Member("column", .string(table))] + figures.map { JSON.Member($0.0, .number($0.1)) }))
        }
        return ToolReply(
            text: lines.joined(separator: "\n"), value: ["operation": "describe", "columns": .array(columns)],
            phrase: .init("statistics.describe_table", ["file": table.name, "columns": "\(numeric.count)"]))
    }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
