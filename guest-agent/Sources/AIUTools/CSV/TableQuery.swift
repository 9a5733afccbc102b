internal import AIUJSON
internal import AIUWire

/// What is asked of a table, with its words understood.
struct TableQuery: Sendable {
    /// As in the tool's arguments.
    enum Operation: String, CaseIterable, Sendable {
        case columns, rows, count, sum, average, minimum, maximum, median, distinct, sort
        case toJSON = "to_json"
    }

    /// Groups, or different values, that are told apart at once.
    static let mostKeys = 1_000_000
    static let mostKeyBytes = 96 << 20
    /// Rows that a sentence shows.
    static let shownRows = 30

    let operation: Operation
    let table: Table
    /// The columns that are computed or shown; empty when none is named.
    let columns: [Int]
    let groups: [Int]
    let filter: RowFilter?
    /// Nil when nothing was said.
    let isDescending: Bool?
    let limit: Int?
    let resultsFolder: String

    init(
        _ operation: Operation, _ table: Table, _ arguments: Arguments, resultsFolder: String
    ) throws(ToolReply.Failure) {
        self.operation = operation
        self.table = table
        self.resultsFolder = resultsFolder
        groups = if let text = arguments.text("group_by") { try table.columns(text) } else { [] }
        filter = try Self.filter(table, arguments)
        isDescending = arguments.text("order").map { $0 == "descending" }
        limit = arguments.integer("limit")
        switch (operation, arguments.text("column")) {
        case (_, nil): columns = []
        case (.count, let text?):
            // `how many orders`: what is counted is often no column.
            columns = ColumnChoice.find(text, in: table.names).count == 1 ? try table.columns(text) : []
        case (_, let text?): columns = try table.columns(text)
        }
    }

    private static func filter(_ table: Table, _ arguments: Arguments) throws(ToolReply.Failure) -> RowFilter? {
        let test = try arguments.choice("where_test", RowFilter.Test.self)
        guard let text = arguments.text("where_column") else {
            guard test == nil, arguments.text("where_value") == nil else {
                throw ToolReply.Failure(.invalid, "The condition does not say which column it is about.")
            }
            return nil
        }
        let column = try table.column(text)
        let value = arguments.text("where_value") ?? ""
        let meant = test ?? (value.isEmpty ? .empty : .equals)
        guard meant == .empty || !value.isEmpty else {
            throw ToolReply.Failure(
                .invalid, "The condition on '\(table.columns[column].name)' does not say which value is meant.")
        }
        return try RowFilter(column: column, of: table, meant, value)
    }

    // MARK: Parts of replies

    /// The columns to compute over: those that are named, or the only one with numbers.
    func numericColumns() throws(ToolReply.Failure) -> [Int] {
        if !columns.isEmpty { return columns }
        let numeric = table.columns.indices.filter { table.columns[$0].kind == .number && !groups.contains($0) }
        if numeric.count == 1 { return numeric }
        let names = numeric.isEmpty ? table.names : numeric.map { table.columns[$0].name }
        throw ToolReply.Failure(
            .invalid, "Which column of \(table.name) is meant? There are \(ColumnChoice.list(names)).")
    }

    func columnNames(_ places: [Int]) -> String { places.map { table.columns[$0].name }.joined(separator: ", ") }

    /// Why a filter that lets nothing through leaves nothing to compute.
    func noRows() -> ToolReply.Failure {
        guard let filter else { return ToolReply.Failure(.notFound, "\(table.name) has no rows below its header.") }
        let condition: String =
            switch filter.test {
            case .equals: "is '\(filter.text)'"
            case .notEquals: "is not '\(filter.text)'"
            case .greater: "is more than \(filter.text)"
            case .atLeast: "is at least \(filter.text)"
            case .less: "is less than \(filter.text)"
            case .atMost: "is at most \(filter.text)"
            case .contains: "contains '\(filter.text)'"
            case .empty: "is empty"
            }
        return ToolReply.Failure(.notFound, "\(table.name) has no row in which '\(filter.name)' \(condition).")
    }

    /// The first rows of a table of results, for a sentence.
    static func shown(_ rows: [[String]]) -> String {
        let lines = rows.prefix(shownRows).map { $0.joined(separator: ", ") }
        return lines.joined(separator: "\n") + (rows.count > shownRows ? "\n…" : "")
    }

    /// A field as a value for programs: a number where the column holds numbers.
    static func value(_ text: String, _ column: Column) -> JSON {
        let trimmed = text.trimmed
        if trimmed.isEmpty { return .null }
        guard column.kind == .number, let number = TableNumber.parse(trimmed, column.style) else {
            return .string(text)
        }
        if number.inexact == nil, number.scale == 0 { return .integer(number.mantissa) }
        return .number(number.value)
    }

    func fileName(_ suffix: String, _ ending: String) -> String {
        "\(FileChoice.stem(FileChoice.base(table.path)))\(suffix).\(ending)"
    }
}
