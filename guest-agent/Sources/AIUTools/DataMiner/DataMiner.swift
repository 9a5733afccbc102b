internal import AIUJSON
package import AIUWire

/// Finds groups of similar rows, things that occur together, or values that stand out.
package struct DataMiner: Tool {
    package static let name = "data_miner"

    private enum Operation: String, CaseIterable { case clusters, rules, outliers }

    private static let mostPoints = 100_000
    private static let mostColumns = 40
    private static let mostShown = 100

    package init() {}

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let source = NumberSource(invocation)
        let arguments = Arguments(invocation)
        let table = try source.table()
        let columns = if let text = arguments.text("column") { try table.columns(text) } else { [Int]() }
        switch try arguments.requiredChoice("operation", Operation.self) {
        case .clusters:
            return try clusters(table, columns, try arguments.integer("clusters", in: 2...50))
        case .rules: return try rules(table, columns)
        case .outliers: return try outliers(table, columns)
        }
    }

    // MARK: Groups

    private func clusters(_ table: Table, _ named: [Int], _ wanted: Int?) throws(ToolReply.Failure) -> ToolReply {
        let columns = try numeric(table, named)
        let (rows, numbers, total) = try points(table, columns)
        let distinct = Set(rows).count
        let least = wanted ?? 2
        guard distinct >= least, rows.count >= 3 else {
            throw ToolReply.Failure(
                .invalid,
                "'\(table.name)' has \(distinct) different rows with numbers in these columns; that is too few for \(least) groups."
            )
        }
        let samples = columns.indices.map { place in Sample(rows.map { $0[place] }) }
        let means = samples.map(\.mean)
        let deviations = samples.map { $0.populationDeviation > 0 ? $0.populationDeviation : 1 }
        let points = rows.map { row in row.indices.map { (row[$0] - means[$0]) / deviations[$0] } }
        let (clustering, quality) = best(points, wanted, distinct)
        return reply(table, columns, rows, numbers, total, clustering, quality)
    }

    /// With the number that was asked for, or the one that parts best.
    private func best(_ points: [[Double]], _ wanted: Int?, _ distinct: Int) -> (Clustering, Double) {
        if let wanted {
            let clustering = Clustering(points, count: wanted)
            return (clustering, clustering.silhouette(points))
        }
        // Which number is best shows in a part of the points.
        let step = max(1, points.count / 2000)
        let part = stride(from: 0, to: points.count, by: step).map { points[$0] }
        var best = (count: 2, quality: -Double.infinity)
        for count in 2...max(2, min(8, distinct - 1, part.count - 1)) {
            let quality = Clustering(part, count: count).silhouette(part)
            if quality > best.quality + 0.01 { best = (count, quality) }
        }
        let clustering = Clustering(points, count: best.count)
        return (clustering, clustering.silhouette(points))
    }

    private func reply(
        _ table: Table, _ columns: [Int], _ rows: [[Double]], _ numbers: [Int], _ total: Int, _ clustering: Clustering,
        _ quality: Double
    ) -> ToolReply {
        var groups = clustering.centres.indices.map { group in
            let members = rows.indices.filter { clustering.assignments[$0] == group }
            return (members, columns.indices.map { place in Sample(members.map { rows[$0][place] }).mean })
        }.filter { !$0.0.isEmpty }
        groups.sort { ($1.0.count, $0.0[0]) < ($0.0.count, $1.0[0]) }
        let names = columns.map { table.names[$0] }
        var lines = [(["group", "rows"] + names).map { CSVText.field($0) }.joined(separator: ",")]
        var json: [JSON] = []
        for (number, (members, centre)) in groups.enumerated() {
            lines.append(
                (["\(number + 1)", "\(members.count)"] + centre.map { NumberFormat.write($0, digits: 6) }).joined(
                    separator: ","))
            json.append([
                "group": .integer(Int64(number + 1)), "rows": .integer(Int64(members.count)),
                "centre": .object(zip(names, centre).map { JSON.Member($0, .number($1)) }),
                "firstRows": .array(members.prefix(Self.mostShown).map { .integer(Int64(numbers[$0] + 1)) }),
            ])
        }
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: [
                "operation": "clusters", "groups": .array(json), "silhouette": .number(quality),
                "rowsUsed": .integer(Int64(rows.count)), "rows": .integer(Int64(total)),
            ],
            phrase: .init(
                "data_miner.clusters",
                [
                    "count": "\(groups.count)", "rows": "\(rows.count)", "columns": ColumnChoice.list(names),
                    "quality": NumberFormat.write(quality, digits: 2),
                ]))
    }

    /// The columns to look at: those named, or all with numbers that are not just running ones.
    private func numeric(_ table: Table, _ named: [Int]) throws(ToolReply.Failure) -> [Int] {
        if let text = named.first(where: { table.columns[$0].kind != .number }) {
            throw ToolReply.Failure(
                .invalid, "The column '\(table.names[text])' of '\(table.name)' has no numbers; name others.")
        }
        if !named.isEmpty { return Array(named.prefix(Self.mostColumns)) }
        let columns = table.columns.indices.filter { index in
            let words = Folding.words(table.names[index])
            return table.columns[index].kind == .number && words.last != "id" && words != ["nr"] && words != ["no"]
        }
        guard !columns.isEmpty else {
            throw ToolReply.Failure(.invalid, "'\(table.name)' has no columns of numbers.")
        }
        return Array(columns.prefix(Self.mostColumns))
    }

    /// Rows that have all the numbers; of very many, an even selection.
    private func points(
        _ table: Table, _ columns: [Int]
    ) throws(ToolReply.Failure) -> (rows: [[Double]], numbers: [Int], total: Int) {
        var reader = try table.rows()
        var rows: [[Double]] = []
        var numbers: [Int] = []
        var random = SeededRandom(7)
        var total = 0
        var complete = 0
        while try reader.advance() {
            total += 1
            var row: [Double] = []
            for column in columns {
                guard let number = TableNumber.parse(reader.field(column), table.columns[column].style) else { break }
                row.append(number.value)
            }
            guard row.count == columns.count else { continue }
            complete += 1
            if rows.count < Self.mostPoints {
                rows.append(row)
                numbers.append(total - 1)
            } else {
                let place = Int(random.next() * Double(complete))
                if place < Self.mostPoints {
                    rows[place] = row
                    numbers[place] = total - 1
                }
            }
        }
        return (rows, numbers, total)
    }

    // MARK: Rules

    private func rules(_ table: Table, _ columns: [Int]) throws(ToolReply.Failure) -> ToolReply {
        let baskets = try Baskets(table, columns: columns)
        let rules = AssociationRules.find(baskets.baskets, names: baskets.names)
        guard !rules.isEmpty else {
            return ToolReply(
                text: "",
                value: ["operation": "rules", "rules": [], "baskets": .integer(Int64(baskets.baskets.count))],
                phrase: .init("data_miner.no_rules", ["file": table.name]))
        }
        var lines = ["if,then,support,confidence,lift"]
        var json: [JSON] = []
        for rule in rules {
            let condition = rule.condition.joined(separator: " + ")
            let figures = [rule.support, rule.confidence, rule.lift].map { NumberFormat.write($0, digits: 4) }
            lines.append(
                ([CSVText.field(condition), CSVText.field(rule.consequence)] + figures).joined(separator: ","))
            json.append([
                "if": .array(rule.condition.map { .string($0) }), "then": .string(rule.consequence),
                "support": .number(rule.support), "confidence": .number(rule.confidence), "lift": .number(rule.lift),
            ])
        }
        let first = rules[0]
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: ["operation": "rules", "rules": .array(json), "baskets": .integer(Int64(baskets.baskets.count))],
            phrase: .init(
                "data_miner.rules",
                [
                    "count": "\(rules.count)", "if": first.condition.joined(separator: " + "),
                    "then": first.consequence,
                    "percent": NumberFormat.write(first.confidence * 100, digits: 3),
                    "lift": NumberFormat.write(first.lift, digits: 3),
                ]))
    }

    // MARK: Outliers

    private func outliers(_ table: Table, _ named: [Int]) throws(ToolReply.Failure) -> ToolReply {
        let columns = try numeric(table, named)
        var found: [(column: Int, row: Int, outlier: OutlierSearch.Outlier)] = []
        var total = 0
        for column in columns {
            let numbers = try table.numbers(in: column)
            let outliers = OutlierSearch.find(numbers.values)
            total += outliers.count
            found += outliers.prefix(Self.mostShown).map { (column, numbers.rows[$0.index] + 1, $0) }
        }
        found.sort { (abs($1.outlier.score), $0.row) < (abs($0.outlier.score), $1.row) }
        let names = ColumnChoice.list(columns.map { table.names[$0] })
        guard !found.isEmpty else {
            return ToolReply(
                text: "", value: ["operation": "outliers", "count": 0, "outliers": []],
                phrase: .init("data_miner.no_outliers", ["columns": names]))
        }
        var lines = ["row,column,value,score"]
        var json: [JSON] = []
        for (column, row, outlier) in found.prefix(Self.mostShown) {
            let name = table.names[column]
            lines.append(
                "\(row),\(CSVText.field(name)),\(NumberFormat.write(outlier.value)),\(NumberFormat.write(outlier.score, digits: 4))"
            )
            json.append([
                "row": .integer(Int64(row)), "column": .string(name), "value": .number(outlier.value),
                "score": .number(outlier.score),
            ])
        }
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: ["operation": "outliers", "count": .integer(Int64(total)), "outliers": .array(json)],
            phrase: .init(
                "data_miner.outliers",
                [
                    "count": "\(total)", "columns": names, "value": NumberFormat.write(found[0].outlier.value),
                    "row": "\(found[0].row)",
                ]))
    }
}
