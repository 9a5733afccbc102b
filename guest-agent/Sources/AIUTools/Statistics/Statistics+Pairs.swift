internal import AIUJSON
internal import AIUWire

/// Two columns or lists, number by number.
extension Statistics {
    func pair(_ source: NumberSource) throws(ToolReply.Failure) -> ([Double], [Double], (String, String)) {
        if let left = try source.inline("values") {
            guard let right = try source.inline("other_values") else { throw needsTwo }
            guard left.count == right.count else {
                throw ToolReply.Failure(
                    .invalid,
                    "The two lists belong together number by number, but one has \(left.count) and the other \(right.count)."
                )
            }
            return (left, right, ("y", "x"))
        }
        let table = try source.table()
        let (first, second) = try columns(source, table)
        let (left, right) = try source.pairs(first, second, of: table)
        guard left.count >= 2 else {
            throw ToolReply.Failure(
                .invalid,
                "Only \(left.count) rows of '\(table.name)' have numbers in both '\(table.names[first])' and '\(table.names[second])'."
            )
        }
        return (left, right, (table.names[first], table.names[second]))
    }

    /// The two columns that are named, in one argument or in two; or the only two with numbers.
    func columns(_ source: NumberSource, _ table: Table) throws(ToolReply.Failure) -> (Int, Int) {
        let numeric = table.columns.indices.filter { table.columns[$0].kind == .number }
        switch (source.text("column"), source.text("other_column")) {
        case (let first?, let second?): return (try table.column(first), try table.column(second))
        case (let both?, nil):
            let columns = try table.columns(both)
            if columns.count == 2 { return (columns[0], columns[1]) }
            let others = numeric.filter { !columns.contains($0) }
            if columns.count == 1, others.count == 1 { return (columns[0], others[0]) }
        case (nil, let second?):
            let column = try table.column(second)
            let others = numeric.filter { $0 != column }
            if others.count == 1 { return (others[0], column) }
        case (nil, nil): if numeric.count == 2 { return (numeric[1], numeric[0]) }
        }
        throw ToolReply.Failure(
            .invalid,
            "This needs two columns of '\(table.name)'; say which with `column` and `other_column`, of \(ColumnChoice.list(table.names))."
        )
    }

    var needsTwo: ToolReply.Failure {
        ToolReply.Failure(.invalid, "This needs two lists of numbers; give the second as `other_values`.")
    }

    func correlation(
        _ left: [Double], _ right: [Double], _ names: (String, String)
    ) throws(ToolReply.Failure) -> ToolReply {
        guard let result = StatisticalTest.correlation(left, right) else {
            throw ToolReply.Failure(
                .invalid, "There is no correlation with numbers that are all the same, or with only one pair.")
        }
        let text = NumberFormat.write(result.r)
        return ToolReply(
            text: text,
            value: [
                "operation": "correlation", "r": .number(result.r), "rSquared": .number(result.r * result.r),
                "p": .number(result.p), "count": .integer(Int64(result.count)),
            ],
            phrase: .init(
                "statistics.correlation",
                [
                    "value": NumberFormat.write(result.r, digits: 6), "p": Self.probability(result.p),
                    "count": "\(result.count)",
                ]))
    }

    func regression(
        y: [Double], x: [Double], _ names: (String, String)
    ) throws(ToolReply.Failure) -> ToolReply {
        guard let line = StatisticalTest.regression(x: x, y: y) else {
            throw ToolReply.Failure(
                .invalid, "No line fits: '\(names.1)' has always the same value, or there is only one point.")
        }
        let sign = line.intercept < 0 ? "-" : "+"
        let text =
            "\(names.0) = \(NumberFormat.write(line.slope, digits: 10)) * \(names.1) \(sign) \(NumberFormat.write(abs(line.intercept), digits: 10))"
        return ToolReply(
            text: text,
            value: [
                "operation": "regression", "slope": .number(line.slope), "intercept": .number(line.intercept),
                "rSquared": .number(line.rSquared), "slopeError": .number(line.slopeError), "p": .number(line.p),
                "count": .integer(Int64(line.count)), "predicted": .string(names.0), "predictor": .string(names.1),
            ],
            phrase: .init(
                "statistics.regression",
                ["equation": text, "r2": NumberFormat.write(line.rSquared, digits: 4), "p": Self.probability(line.p)]))
    }
}
