/// What rows are sorted by: numbers before words, both before nothing.
struct SortKey: Sendable {
    private enum Part: Sendable {
        case number(Double)
        case text(String)
        case nothing
    }

    private let parts: [Part]

    init(_ reader: borrowing CSVReader, _ places: [Int], _ columns: [Column]) {
        var parts: [Part] = []
        for place in places {
            let column = columns[place]
            if TableNumber.isMissing(reader.field(place)) {
                parts.append(.nothing)
            } else if column.kind == .date,
                let reading = DateText.parse(reader.text(place), isDayFirst: column.isDayFirst)
            {
                parts.append(.number(Double(reading.moment.milliseconds)))
            } else if let number = TableNumber.parse(reader.field(place), column.style) {
                parts.append(.number(number.value))
            } else {
                parts.append(.text(Folding.fold(reader.text(place))))
            }
        }
        self.parts = parts
    }

    /// True when this one comes before the other; nothing comes last in either direction.
    func precedes(_ other: SortKey, descending: Bool) -> Bool {
        for (left, right) in zip(parts, other.parts) {
            switch (left, right) {
            case (.nothing, .nothing): continue
            case (.nothing, _): return false
            case (_, .nothing): return true
            case (.number(let a), .number(let b)):
                if a != b { return descending ? a > b : a < b }
            case (.text(let a), .text(let b)):
                if a != b { return descending ? a > b : a < b }
            case (.number, .text): return !descending
            case (.text, .number): return descending
            }
        }
        return false
    }
}
