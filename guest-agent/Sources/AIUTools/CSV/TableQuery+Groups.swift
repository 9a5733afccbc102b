internal import AIUJSON
internal import AIUWire

extension TableQuery {
    /// Sum, average, minimum or maximum, of all rows or of each group.
    func aggregate() throws(ToolReply.Failure) -> ToolReply {
        let computed = try numericColumns()
        var keys = ByteTable()
        var results: [Aggregate] = []
        var rows = 0
        let kinds = try computed.map { place throws(ToolReply.Failure) in
            try kind(place, isExtreme: operation == .minimum || operation == .maximum)
        }
        if groups.isEmpty { results = computed.map { _ in Aggregate() } }
        try eachRow { reader throws(ToolReply.Failure) in
            rows += 1
            var base = 0
            if !groups.isEmpty {
                base = try group(reader, &keys) * computed.count
                while results.count < base + computed.count { results.append(Aggregate()) }
            }
            for place in computed.indices {
                add(reader, computed[place], kinds[place], to: &results[base + place])
            }
        }
        guard rows > 0 else { throw noRows() }
        guard groups.isEmpty else { return grouped(keys, computed, results.map { result($0) }) }
        for place in computed.indices where results[place].count == 0 { throw noNumbers(computed[place]) }
        return whole(computed, results)
    }

    /// Hands every row that fulfils the condition on.
    func eachRow(
        _ body: (borrowing CSVReader) throws(ToolReply.Failure) -> Void
    ) throws(ToolReply.Failure) {
        var reader = try table.rows()
        if let filter {
            while try reader.advance() {
                if filter.matches(reader.field(filter.column)) { try body(reader) }
            }
        } else {
            while try reader.advance() { try body(reader) }
        }
    }

    /// The number of the row's group.
    func group(_ reader: borrowing CSVReader, _ keys: inout ByteTable) throws(ToolReply.Failure) -> Int {
        let index: Int
        if groups.count == 1 {
            index = keys.index(of: reader.field(groups[0]))
        } else {
            // A unit separator parts the values; no text has it.
            let key = Array(groups.map { reader.text($0) }.joined(separator: "\u{1F}").utf8)
            index = keys.index(of: key.span)
        }
        guard keys.count <= Self.mostKeys, keys.byteCount <= Self.mostKeyBytes else {
            throw ToolReply.Failure(
                .tooLarge,
                "'\(columnNames(groups))' of \(table.name) has more than \(keys.count - 1) different values, too many "
                    + "to be kept apart; choose a column with fewer, or a condition.")
        }
        return index
    }

    private func kind(_ place: Int, isExtreme: Bool) throws(ToolReply.Failure) -> Column.Kind {
        let kind = table.columns[place].kind
        // A few numbers among words are still computed; a smallest date or word is one too.
        return isExtreme && (kind == .date || kind == .text) ? kind : .number
    }

    private func add(
        _ reader: borrowing CSVReader, _ column: Int, _ kind: Column.Kind, to result: inout Aggregate
    ) {
        let shape = table.columns[column]
        switch kind {
        case .number, .empty:
            guard let number = TableNumber.parse(reader.field(column), shape.style) else {
                if !TableNumber.isMissing(reader.field(column)) { result.ignored += 1 }
                return
            }
            result.count += 1
            switch operation {
            case .minimum, .maximum: extreme(number.value, nil, reader, &result)
            default: result.sum.add(number)
            }
        case .date, .text:
            guard !TableNumber.isMissing(reader.field(column)) else { return }
            let text = reader.text(column)
            if kind == .date {
                guard let reading = DateText.parse(text, isDayFirst: shape.isDayFirst) else {
                    result.ignored += 1
                    return
                }
                result.count += 1
                extreme(Double(reading.moment.milliseconds), text, reader, &result)
            } else {
                result.count += 1
                let folded = Folding.fold(text)
                if result.least == nil || folded < Folding.fold(result.least?.text ?? "") {
                    result.least = .init(order: 0, text: text, row: reader.texts())
                }
                if result.greatest == nil || folded > Folding.fold(result.greatest?.text ?? "") {
                    result.greatest = .init(order: 0, text: text, row: reader.texts())
                }
            }
        }
    }

    private func extreme(
        _ order: Double, _ text: String?, _ reader: borrowing CSVReader, _ result: inout Aggregate
    ) {
        // The row is told only where there is one answer: thousands of groups would keep thousands of rows.
        if order < result.least?.order ?? .infinity {
            result.least = .init(order: order, text: text, row: groups.isEmpty ? reader.texts() : [])
        }
        if order > result.greatest?.order ?? -.infinity {
            result.greatest = .init(order: order, text: text, row: groups.isEmpty ? reader.texts() : [])
        }
    }

    /// A result as text and for sorting; nil where there was nothing to compute.
    func result(_ aggregate: Aggregate) -> (text: String, order: Double)? {
        guard aggregate.count > 0 else { return nil }
        switch operation {
        case .sum: return (aggregate.sum.text, aggregate.sum.value)
        case .average:
            let average = aggregate.sum.value / Double(aggregate.count)
            return (NumberFormat.write(average), average)
        case .minimum: return extremeResult(aggregate.least)
        case .maximum: return extremeResult(aggregate.greatest)
        case .columns, .rows, .count, .median, .distinct, .sort, .toJSON: return nil
        }
    }

    private func extremeResult(_ extreme: Aggregate.Extreme?) -> (text: String, order: Double)? {
        extreme.map { ($0.text ?? NumberFormat.write($0.order, digits: 15), $0.order) }
    }

    private func whole(_ computed: [Int], _ results: [Aggregate]) -> ToolReply {
        var lines: [[String]] = []
        var value = JSON.emptyObject
        for (place, aggregate) in zip(computed, results) {
            let shape = table.columns[place]
            let text = result(aggregate)?.text ?? ""
            lines.append([shape.name, text])
            var entry: JSON = .object([
                .init("column", .string(shape.name)), .init("value", Self.value(text, shape)),
                .init("rows", .integer(Int64(aggregate.count))),
            ])
            if operation == .average, let average = result(aggregate)?.order { entry["value"] = .number(average) }
            if aggregate.ignored > 0 { entry["ignored"] = .integer(Int64(aggregate.ignored)) }
            let extreme =
                operation == .minimum ? aggregate.least : operation == .maximum ? aggregate.greatest : nil
            if let row = extreme?.row, !row.isEmpty {
                entry["row"] = .object(
                    zip(table.columns, row).map { .init($0.name, Self.value($1, $0)) })
            }
            if computed.count == 1 { value = entry } else { value[shape.name] = entry }
        }
        guard computed.count > 1 else {
            let ignored = results[0].ignored
            return ToolReply(
                text: lines[0][1], value: value,
                phrase: .init(
                    "csv.\(operation.rawValue)\(ignored > 0 ? ".partial" : "")",
                    [
                        "column": lines[0][0], "value": lines[0][1], "file": table.name, "ignored": "\(ignored)",
                        "count": "\(results[0].count)",
                    ]))
        }
        return ToolReply(
            text: CSVText.table([["column", operation.rawValue]] + lines), value: value,
            phrase: .init(
                "csv.\(operation.rawValue).several",
                ["values": lines.map { "\($0[0]): \($0[1])" }.joined(separator: ", "), "file": table.name]))
    }

    /// One line for each group.
    func grouped(
        _ keys: ByteTable, _ computed: [Int], _ results: [(text: String, order: Double)?]
    ) -> ToolReply {
        let width = max(1, computed.count)
        var order = Array(0..<keys.count)
        if let isDescending {
            // Groups without a value go last.
            let missing = isDescending ? -Double.infinity : .infinity
            order.sort { left, right in
                let (a, b) = (results[left * width]?.order ?? missing, results[right * width]?.order ?? missing)
                return a == b ? left < right : isDescending ? a > b : a < b
            }
        }
        if let limit { order = Array(order.prefix(limit)) }
        let names = groups.map { table.columns[$0].name }
        let titles = computed.isEmpty ? ["count"] : computed.map { title($0) }
        var rows: [[String]] = []
        var values: [JSON] = []
        for index in order {
            let parts = keys.text(index).split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
            let texts = (0..<width).map { results[index * width + $0]?.text ?? "" }
            rows.append(parts + texts)
            let plain = Column(name: "", sample: texts, isSemicolon: false)
            values.append(
                .object(
                    zip(names, parts).map { .init($0, .string($1)) }
                        + zip(titles, texts).map { .init($0, Self.value($1, plain)) }))
        }
        return ToolReply(
            text: CSVText.table([names + titles] + rows), value: .array(Array(values.prefix(1000))),
            phrase: .init(
                "csv.\(operation.rawValue).grouped",
                [
                    "column": columnNames(computed), "group": names.joined(separator: ", "), "file": table.name,
                    "values": Self.groupLines(rows),
                ]))
    }

    static func groupLines(_ rows: [[String]]) -> String {
        let lines = rows.prefix(shownRows).map { row in
            "\(row.dropLast().joined(separator: ", ").isEmpty ? "–" : row.dropLast().joined(separator: ", ")): "
                + (row.last ?? "")
        }
        return lines.joined(separator: "\n") + (rows.count > shownRows ? "\n…" : "")
    }

    private func title(_ column: Int) -> String { "\(operation.rawValue) of \(table.columns[column].name)" }

    func noNumbers(_ column: Int) -> ToolReply.Failure {
        let shape = table.columns[column]
        let numeric = table.columns.filter { $0.kind == .number }.map(\.name)
        let hint = numeric.isEmpty ? "" : "; columns with numbers are \(ColumnChoice.list(numeric))"
        return ToolReply.Failure(.invalid, "'\(shape.name)' of \(table.name) holds no numbers\(hint).")
    }
}
