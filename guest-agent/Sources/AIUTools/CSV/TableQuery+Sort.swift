internal import AIUJSON
internal import AIUWire

extension TableQuery {
    func sort() throws(ToolReply.Failure) -> ToolReply {
        guard !columns.isEmpty else {
            throw ToolReply.Failure(
                .invalid,
                "Which column of \(table.name) shall the rows be sorted by? It has \(ColumnChoice.list(table.names)).")
        }
        let descending = isDescending ?? false
        var sorter = RowSorter(places: columns, columns: table.columns, descending: descending, limit: limit)
        var rows = 0
        var reader = try table.rows()
        while try reader.advance() {
            if let filter, !filter.matches(reader.field(filter.column)) { continue }
            rows += 1
            try sorter.add(reader)
        }
        guard rows > 0 else { throw noRows() }
        var writer = ResultWriter(resultsFolder, name: fileName("-sorted", "csv"))
        var first: [[String]] = []
        try writer.append(CSVText.row(table.names))
        var sample: [UInt8] = []
        var given = 0
        var text = ""
        var files: [String] = []
        try sorter.finish { row throws(ToolReply.Failure) in
            try writer.append(row)
            given += 1
            if given <= Self.shownRows { sample += row }
        }
        (text, files) = try writer.finish()
        first = Self.fields(of: sample)
        return ToolReply(
            text: text,
            value: .array(
                first.map { row in .object(zip(table.columns, row).map { .init($0.name, Self.value($1, $0)) }) }),
            phrase: .init(
                descending ? "csv.sort.descending" : "csv.sort.ascending",
                [
                    "file": table.name, "column": columnNames(columns), "count": "\(given)",
                    "rows": Self.shown([table.names] + first),
                ]), files: files)
    }

    /// The fields of rows that were just written.
    private static func fields(of text: [UInt8]) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var before: UInt8 = 0x0A
        for byte in text {
            defer { before = byte }
            switch byte {
            case 0x22:
                // The second of a pair stands for one that is part of the field.
                if !isQuoted, before == 0x22 { field.append(byte) }
                isQuoted.toggle()
            case 0x2C where !isQuoted, 0x0A where !isQuoted:
                row.append(TextEncoding.text(field))
                field = []
                if byte == 0x0A {
                    rows.append(row)
                    row = []
                }
            default: field.append(byte)
            }
        }
        return rows
    }
}
