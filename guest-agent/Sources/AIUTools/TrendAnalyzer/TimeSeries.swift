package import AIUWire

/// Numbers in the order of time, with their days where a table has them.
package struct TimeSeries: Sendable {
    package var values: [Double]
    /// As many as values, ascending; empty when there are none.
    package var days: [CalendarDay] = []
    package var name = ""

    package static let most = 200_000

    package init(values: [Double]) { self.values = values }

    package init(_ source: NumberSource) throws(ToolReply.Failure) {
        if let values = try source.inline("values") {
            self.init(values: values)
            return
        }
        let table = try source.table()
        let column = try source.column("column", of: table)
        self.init(values: [])
        name = table.names[column]
        let dates = table.columns.indices.first { table.columns[$0].kind == .date }
        guard let dates else {
            values = try source.numbers(in: column, of: table)
            try bounded(table.name)
            return
        }
        var entries: [(CalendarDay, Double)] = []
        var reader = try table.rows()
        while try reader.advance() {
            guard let number = TableNumber.parse(reader.field(column), table.columns[column].style) else { continue }
            guard let reading = DateText.parse(reader.text(dates), isDayFirst: table.columns[dates].isDayFirst) else {
                continue
            }
            entries.append((reading.moment.calendarDay, number.value))
            guard entries.count <= Self.most else { throw Self.tooLong(table.name) }
        }
        guard !entries.isEmpty else {
            throw ToolReply.Failure(.invalid, "The column '\(name)' of '\(table.name)' has no numbers with dates.")
        }
        // Stable, so that several values of a day keep their order.
        let order = entries.indices.sorted { (entries[$0].0.number, $0) < (entries[$1].0.number, $1) }
        values = order.map { entries[$0].1 }
        days = order.map { entries[$0].0 }
        summed()
    }

    private func bounded(_ file: String) throws(ToolReply.Failure) {
        guard values.count <= Self.most else { throw Self.tooLong(file) }
    }

    private static func tooLong(_ file: String) -> ToolReply.Failure {
        ToolReply.Failure(
            .tooLarge, "'\(file)' has more than \(most) values in time; sum them up by day or month first.")
    }

    /// Several values of a day become one when most days have several: sales of a day, say.
    private mutating func summed() {
        let distinct = Set(days.map(\.number)).count
        guard distinct < values.count, distinct >= 3 else { return }
        var sums: [Double] = []
        var unique: [CalendarDay] = []
        for (day, value) in zip(days, values) {
            if day == unique.last {
                sums[sums.count - 1] += value
            } else {
                unique.append(day)
                sums.append(value)
            }
        }
        values = sums
        days = unique
    }

    /// The days of the next values; empty when there is no regular step.
    package func next(_ count: Int) -> [CalendarDay] {
        guard days.count >= 3, let last = days.last else { return [] }
        let months = zip(days, days.dropFirst()).map { ($1.year - $0.year) * 12 + $1.month - $0.month }
        if let step = months.first, step > 0, months.allSatisfy({ $0 == step }), Set(days.map(\.day)).count <= 4 {
            return (1...count).compactMap { Self.month(last, step * $0) }
        }
        let steps = zip(days, days.dropFirst()).map { $1.number - $0.number }.sorted()
        let step = steps[steps.count / 2]
        guard step > 0, steps.count(where: { $0 == step }) * 10 >= steps.count * 6 else { return [] }
        return (1...count).map { CalendarDay(number: last.number + step * $0) }
    }

    private static func month(_ day: CalendarDay, _ count: Int) -> CalendarDay? {
        let index = day.year * 12 + day.month - 1 + count
        for candidate in stride(from: day.day, through: 1, by: -1) {
            if let result = CalendarDay(index / 12, index % 12 + 1, candidate) { return result }
        }
        return nil
    }
}
