internal import AIUJSON
internal import AIUWire

extension TableQuery {
    func median() throws(ToolReply.Failure) -> ToolReply {
        let computed = try numericColumns()
        if !groups.isEmpty { return try groupedMedian(computed) }
        var lines: [[String]] = []
        var value = JSON.emptyObject
        for place in computed {
            let style = table.columns[place].style
            let search = MedianSearch { each throws(ToolReply.Failure) in
                try eachRow { reader throws(ToolReply.Failure) in
                    if let number = TableNumber.parse(reader.field(place), style) { each(number.value) }
                }
            }
            guard let (median, count) = try search.find() else {
                throw try hasRows() ? noNumbers(place) : noRows()
            }
            let name = table.columns[place].name
            lines.append([name, NumberFormat.write(median)])
            let entry: JSON = .object([
                .init("column", .string(name)), .init("value", .number(median)),
                .init("rows", .integer(Int64(count))),
            ])
            if computed.count == 1 { value = entry } else { value[name] = entry }
        }
        if computed.count == 1 {
            return ToolReply(
                text: lines[0][1], value: value,
                phrase: .init(
                    "csv.median", ["column": lines[0][0], "value": lines[0][1], "file": table.name]))
        }
        return ToolReply(
            text: CSVText.table([["column", "median"]] + lines), value: value,
            phrase: .init(
                "csv.median.several",
                ["values": lines.map { "\($0[0]): \($0[1])" }.joined(separator: ", "), "file": table.name]))
    }

    private func groupedMedian(_ computed: [Int]) throws(ToolReply.Failure) -> ToolReply {
        var keys = ByteTable()
        var values: [[Double]] = []
        var total = 0
        try eachRow { reader throws(ToolReply.Failure) in
            let base = try group(reader, &keys) * computed.count
            while values.count < base + computed.count { values.append([]) }
            for (place, column) in computed.enumerated() {
                guard let number = TableNumber.parse(reader.field(column), table.columns[column].style) else {
                    continue
                }
                values[base + place].append(number.value)
                total += 1
            }
            guard total <= MedianSearch.mostValues * 2 else {
                throw ToolReply.Failure(
                    .tooLarge,
                    "\(table.name) has more than \(MedianSearch.mostValues * 2) values, too many for medians of groups; "
                        + "ask for one group at a time.")
            }
        }
        guard keys.count > 0 else { throw noRows() }
        return grouped(
            keys, computed,
            values.map { list in
                var list = list
                guard !list.isEmpty else { return nil }
                let median = MedianSearch.middle(&list)
                return (NumberFormat.write(median), median)
            })
    }

    private func hasRows() throws(ToolReply.Failure) -> Bool {
        var rows = 0
        try eachRow { _ throws(ToolReply.Failure) in rows += 1 }
        return rows > 0
    }
}
