package import AIUWire

/// A table in a text file: its columns, found out from its beginning. The rows are read when they are asked for.
package struct Table: Sendable {
    private static let sampledRows = 500

    package let path: String
    /// For messages.
    package let name: String
    package let dialect: CSVDialect
    package let columns: [Column]
    package let hasHeader: Bool

    package init(path: String, name: String) throws(ToolReply.Failure) {
        self.path = path
        self.name = name
        let source = try TextSource(path: path, name: name)
        let lowercased = name.lowercased()
        dialect = CSVDialect(
            sniffing: source.sample, isTabbed: lowercased.hasSuffix(".tsv") || lowercased.hasSuffix(".tab"))
        var reader = try CSVReader(source, dialect: dialect, name: name)
        var rows: [[String]] = []
        while rows.count <= Self.sampledRows, try reader.advance() { rows.append(reader.texts()) }
        guard let first = rows.first else {
            throw ToolReply.Failure(.damaged, "'\(name)' is empty: it has neither columns nor rows.")
        }
        hasHeader = Self.isHeader(first, over: rows.dropFirst())
        let width = hasHeader ? first.count : rows.map(\.count).max() ?? first.count
        var names: [String] = []
        for place in 0..<width {
            let title = hasHeader ? first[place].trimmed : ""
            let plain = title.isEmpty ? "column \(place + 1)" : title
            names.append(names.contains(plain) ? "\(plain) (\(place + 1))" : plain)
        }
        let body = hasHeader ? rows.dropFirst() : rows[...]
        let isSemicolon = dialect.delimiter == UInt8(ascii: ";")
        columns = names.enumerated().map { place, name in
            Column(
                name: name, sample: body.compactMap { place < $0.count ? $0[place] : nil }, isSemicolon: isSemicolon)
        }
    }

    package var names: [String] { columns.map(\.name) }

    package func column(_ text: String) throws(ToolReply.Failure) -> Int {
        try ColumnChoice.one(text, in: names, of: name)
    }

    package func columns(_ text: String) throws(ToolReply.Failure) -> [Int] {
        try ColumnChoice.several(text, in: names, of: name)
    }

    /// Reads from the first row on, behind the header.
    package func rows() throws(ToolReply.Failure) -> CSVReader {
        var reader = try CSVReader(try TextSource(path: path, name: name), dialect: dialect, name: name)
        if hasHeader { _ = try reader.advance() }
        return reader
    }

    /// The numbers of a column with the rows they are in, counted from 0; more than `limit` of them are refused.
    package func numbers(
        in column: Int, limit: Int = 4_000_000
    ) throws(ToolReply.Failure) -> (values: [Double], rows: [Int], ignored: Int) {
        var reader = try rows()
        var values: [Double] = []
        var places: [Int] = []
        var ignored = 0
        var row = 0
        while try reader.advance() {
            if let number = TableNumber.parse(reader.field(column), columns[column].style) {
                values.append(number.value)
                places.append(row)
                guard values.count <= limit else {
                    throw ToolReply.Failure(
                        .tooLarge, "'\(name)' has more than \(limit) numbers in '\(columns[column].name)'.")
                }
            } else if !TableNumber.isMissing(reader.field(column)) {
                ignored += 1
            }
            row += 1
        }
        return (values, places, ignored)
    }

    /// A first row of words over rows with numbers or dates, or of names that come once each.
    private static func isHeader(_ first: [String], over rows: ArraySlice<[String]>) -> Bool {
        guard let second = rows.first else { return !first.contains { isValue($0) } }
        guard first.contains(where: { isValue($0) }) else { return true }
        // Years as names of columns: a title over the first one, and values below that are no years.
        guard let title = first.first, !isValue(title) else { return false }
        let values = zip(first, second).filter { isValue($0.0) }
        return values.allSatisfy { isYear($0.0) } && values.contains { !isYear($0.1) }
    }

    private static func isYear(_ text: String) -> Bool {
        Int(text.trimmed).map { (1800...2200).contains($0) } ?? (DateText.parse(text) != nil)
    }

    private static func isValue(_ text: String) -> Bool {
        TableNumber.parse(text) != nil || TableNumber.parse(text, .comma) != nil || DateText.parse(text) != nil
    }
}
