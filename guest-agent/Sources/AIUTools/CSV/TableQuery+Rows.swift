internal import AIUJSON
internal import AIUWire

extension TableQuery {
    private static let valueRows = 200

    func describeColumns() -> ToolReply {
        let list: [JSON] = table.columns.map {
            .object([.init("name", .string($0.name)), .init("kind", .string($0.kind.rawValue))])
        }
        return ToolReply(
            text: table.names.joined(separator: "\n"), value: .array(list),
            phrase: .init(
                "csv.columns",
                [
                    "file": table.name, "count": "\(table.columns.count)",
                    "columns": ColumnChoice.list(table.names, atMost: 60),
                ]))
    }

    /// The rows themselves, as they stand; sorted ones only when an order is asked for.
    func showRows() throws(ToolReply.Failure) -> ToolReply {
        if isDescending != nil, !columns.isEmpty { return try sort() }
        let shown = columns.isEmpty ? Array(table.columns.indices) : columns
        var writer = ResultWriter(resultsFolder, name: fileName("-rows", "csv"))
        try writer.append(CSVText.row(shown.map { table.columns[$0].name }))
        var first: [[String]] = []
        var values: [JSON] = []
        var rows = 0
        var reader = try table.rows()
        while rows < limit ?? .max, try reader.advance() {
            if let filter, !filter.matches(reader.field(filter.column)) { continue }
            rows += 1
            let fields = shown.map { reader.text($0) }
            try writer.append(CSVText.row(fields))
            if first.count <= Self.shownRows { first.append(fields) }
            if values.count < Self.valueRows {
                values.append(
                    .object(
                        zip(shown, fields).map {
                            .init(table.columns[$0].name, Self.value($1, table.columns[$0]))
                        }))
            }
        }
        let (text, files) = try writer.finish()
        if rows == 0 { throw noRows() }
        return ToolReply(
            text: text, value: .array(values),
            phrase: .init(
                "csv.rows",
                [
                    "file": table.name, "count": "\(rows)",
                    "rows": Self.shown([shown.map { table.columns[$0].name }] + first),
                ]), files: files)
    }

    /// Rows, or, of a column, its values that are not empty.
    func countRows() throws(ToolReply.Failure) -> ToolReply {
        if !groups.isEmpty {
            var keys = ByteTable()
            var counts: [Int] = []
            try eachRow { reader throws(ToolReply.Failure) in
                let index = try group(reader, &keys)
                if index == counts.count { counts.append(0) }
                counts[index] += 1
            }
            return grouped(keys, [], counts.map { ("\($0)", Double($0)) })
        }
        var rows = 0
        let column = columns.first
        try eachRow { reader throws(ToolReply.Failure) in
            if let column, TableNumber.isMissing(reader.field(column)) { return }
            rows += 1
        }
        return ToolReply(
            text: "\(rows)", value: .object([.init("rows", .integer(Int64(rows)))]),
            phrase: .init(
                filter == nil ? "csv.count" : "csv.count.matching", ["file": table.name, "count": "\(rows)"]))
    }

    /// The different values of a column with how often each is there.
    func distinct() throws(ToolReply.Failure) -> ToolReply {
        let counted = columns.isEmpty ? groups : columns
        guard !counted.isEmpty || table.columns.count == 1 else {
            throw ToolReply.Failure(
                .invalid, "Which column of \(table.name) is meant? There are \(ColumnChoice.list(table.names)).")
        }
        let query = grouping(counted.isEmpty ? [0] : counted)
        var keys = ByteTable()
        var counts: [Int] = []
        try eachRow { reader throws(ToolReply.Failure) in
            if query.groups.count == 1, TableNumber.isMissing(reader.field(query.groups[0])) { return }
            let index = try query.group(reader, &keys)
            if index == counts.count { counts.append(0) }
            counts[index] += 1
        }
        var order = Array(counts.indices)
        if let isDescending {
            order.sort { left, right in
                let (a, b) = (Folding.fold(keys.text(left)), Folding.fold(keys.text(right)))
                return isDescending ? a > b : a < b
            }
        }
        if let limit { order = Array(order.prefix(limit)) }
        let texts = order.map { keys.text($0).replacing("\u{1F}", with: ", ") }
        return ToolReply(
            text: texts.joined(separator: "\n"),
            value: .object([
                .init("count", .integer(Int64(counts.count))),
                .init(
                    "values",
                    .array(
                        zip(texts, order).prefix(1000).map {
                            .object([.init("value", .string($0)), .init("rows", .integer(Int64(counts[$1])))])
                        })),
            ]),
            phrase: .init(
                "csv.distinct",
                [
                    "column": columnNames(query.groups), "count": "\(counts.count)", "file": table.name,
                    "values": texts.prefix(Self.shownRows).joined(separator: ", ")
                        + (texts.count > Self.shownRows ? ", …" : ""),
                ]))
    }

    func toJSON() throws(ToolReply.Failure) -> ToolReply {
        let shown = columns.isEmpty ? Array(table.columns.indices) : columns
        var writer = ResultWriter(resultsFolder, name: fileName("", "json"))
        try writer.append("[")
        var rows = 0
        var reader = try table.rows()
        while rows < limit ?? .max, try reader.advance() {
            if let filter, !filter.matches(reader.field(filter.column)) { continue }
            var members: [JSON.Member] = []
            for place in shown {
                members.append(.init(table.columns[place].name, Self.exactValue(reader.text(place))))
            }
            try writer.append(rows == 0 ? "\n  " : ",\n  ")
            try writer.append(JSON.object(members).bytes())
            rows += 1
        }
        try writer.append(rows == 0 ? "]" : "\n]")
        let (text, files) = try writer.finish()
        return ToolReply(
            text: text, value: .object([.init("rows", .integer(Int64(rows)))]),
            phrase: .init("csv.to_json", ["file": table.name, "count": "\(rows)"]), files: files)
    }

    /// A number only when writing it gives the same text again: `007` and `1.50` stay what they are.
    private static func exactValue(_ text: String) -> JSON {
        if text.isEmpty { return .null }
        if let whole = Int64(text), "\(whole)" == text { return .integer(whole) }
        if let number = Double(text), number.isFinite, "\(number)" == text { return .number(number) }
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case _: return .string(text)
        }
    }
}

extension TableQuery {
    private init(_ other: TableQuery, groups: [Int]) {
        operation = other.operation
        table = other.table
        columns = other.columns
        self.groups = groups
        filter = other.filter
        isDescending = other.isDescending
        limit = other.limit
        resultsFolder = other.resultsFolder
    }

    func grouping(_ groups: [Int]) -> TableQuery { TableQuery(self, groups: groups) }
}
