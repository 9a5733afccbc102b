package import AIUWire

/// Where a tool's numbers come from: the prompt, or a column of a table.
package struct NumberSource: Sendable {
    private let arguments: Arguments
    private let invocation: ToolInvocation

    package init(_ invocation: ToolInvocation) {
        self.invocation = invocation
        arguments = Arguments(invocation)
    }

    /// Whether the numbers are in the prompt.
    package var isInline: Bool { arguments.text("values") != nil }

    package var languages: [String] { invocation.languages }

    package func text(_ name: String) -> String? { arguments.text(name) }

    package func inline(_ name: String) throws(ToolReply.Failure) -> [Double]? {
        guard let text = arguments.text(name) else { return nil }
        let numbers = try NumberList.read(text, languages: invocation.languages, argument: name)
        guard !numbers.isEmpty else {
            throw ToolReply.Failure(
                .invalid, "There are no numbers in `\(name)` (\"\(text.prefix(60))\"); give some, such as 3, 5, 8.")
        }
        return numbers
    }

    package func table() throws(ToolReply.Failure) -> Table {
        let chosen = try FileChoice(invocation, scope: WorkspaceScope(invocation)).file(arguments.text("file"), .table)
        return try Table(path: chosen.path, name: chosen.name)
    }

    /// The column that is named, or the only one with numbers.
    package func column(_ argument: String, of table: Table) throws(ToolReply.Failure) -> Int {
        if let text = arguments.text(argument) { return try table.column(text) }
        let numeric = table.columns.indices.filter { table.columns[$0].kind == .number }
        if numeric.count == 1 { return numeric[0] }
        guard !numeric.isEmpty else {
            throw ToolReply.Failure(.invalid, "'\(table.name)' has no column of numbers.")
        }
        throw ToolReply.Failure(
            .invalid,
            "'\(table.name)' has several columns of numbers, \(ColumnChoice.list(numeric.map { table.names[$0] })); say which one with `\(argument)`."
        )
    }

    /// The numbers of one column.
    package func numbers(in column: Int, of table: Table) throws(ToolReply.Failure) -> [Double] {
        let numbers = try table.numbers(in: column).values
        guard !numbers.isEmpty else {
            throw ToolReply.Failure(.invalid, "The column '\(table.names[column])' of '\(table.name)' has no numbers.")
        }
        return numbers
    }

    /// Both numbers of every row that has both.
    package func pairs(
        _ first: Int, _ second: Int, of table: Table
    ) throws(ToolReply.Failure) -> ([Double], [Double]) {
        let left = try table.numbers(in: first)
        let right = try table.numbers(in: second)
        var pairs: ([Double], [Double]) = ([], [])
        var place = 0
        for (index, row) in left.rows.enumerated() {
            while place < right.rows.count, right.rows[place] < row { place += 1 }
            if place < right.rows.count, right.rows[place] == row {
                pairs.0.append(left.values[index])
                pairs.1.append(right.values[place])
            }
        }
        return pairs
    }

    /// The numbers of one column, by the values of another.
    package func groups(
        of values: Int, by names: Int, in table: Table
    ) throws(ToolReply.Failure) -> [(name: String, sample: Sample)] {
        var order: [String] = []
        var groups: [String: [Double]] = [:]
        var reader = try table.rows()
        var count = 0
        while try reader.advance() {
            guard let number = TableNumber.parse(reader.field(values), table.columns[values].style) else { continue }
            let name = String(reader.text(names).trimmed)
            if groups[name] == nil {
                guard order.count < Self.mostGroups else {
                    throw ToolReply.Failure(
                        .invalid,
                        "'\(table.names[names])' has more than \(Self.mostGroups) different values; group by a column with fewer."
                    )
                }
                order.append(name)
            }
            count += 1
            guard count <= Self.mostNumbers else {
                throw ToolReply.Failure(
                    .tooLarge, "'\(table.name)' has more than \(Self.mostNumbers) numbers to compare.")
            }
            groups[name, default: []].append(number.value)
        }
        return order.map { ($0, Sample(groups[$0] ?? [])) }
    }

    private static let mostGroups = 1000
    package static let mostNumbers = 4_000_000

    /// How often each pair of values of two columns occurs.
    package func counts(
        _ first: Int, _ second: Int, of table: Table
    ) throws(ToolReply.Failure) -> (rows: [String], columns: [String], table: [[Double]]) {
        var rows: [String: Int] = [:]
        var columns: [String: Int] = [:]
        var counts: [Int: Double] = [:]
        var reader = try table.rows()
        while try reader.advance() {
            let row = String(reader.text(first).trimmed)
            let column = String(reader.text(second).trimmed)
            guard !row.isEmpty, !column.isEmpty else { continue }
            let place = (rows[row] ?? rows.count, columns[column] ?? columns.count)
            guard place.0 < Self.mostGroups, place.1 < Self.mostGroups else {
                throw ToolReply.Failure(
                    .invalid,
                    "A chi-square test needs columns with few different values; '\(table.name)' has more than \(Self.mostGroups) there."
                )
            }
            rows[row] = place.0
            columns[column] = place.1
            counts[place.0 * Self.mostGroups + place.1, default: 0] += 1
        }
        let result = (0..<rows.count).map { row in
            (0..<columns.count).map { counts[row * Self.mostGroups + $0] ?? 0 }
        }
        return (Self.ordered(rows), Self.ordered(columns), result)
    }

    private static func ordered(_ places: [String: Int]) -> [String] {
        places.sorted { $0.value < $1.value }.map(\.key)
    }
}
