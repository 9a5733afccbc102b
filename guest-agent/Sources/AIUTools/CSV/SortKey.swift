/// What rows are sorted by: numbers before words, both before nothing.
struct SortKey: Sendable {
    private enum Part: Sendable {
        case number(Double)
        case text(String)
        case nothing
    }

    private let first: Part
    /// Nearly always empty, and then costs nothing.
    private let others: [Part]

    init(_ reader: borrowing CSVReader, _ places: [Int], _ columns: [Column]) {
        first = places.first.map { Self.part(reader, $0, columns[$0]) } ?? .nothing
        others = places.count < 2 ? [] : places.dropFirst().map { Self.part(reader, $0, columns[$0]) }
    }

    private static func part(_ reader: borrowing CSVReader, _ place: Int, _ column: Column) -> Part {
        if column.kind == .number, let number = TableNumber.parse(reader.field(place), column.style) {
            return .number(number.value)
        }
        if TableNumber.isMissing(reader.field(place)) { return .nothing }
        if column.kind == .date, let reading = DateText.parse(reader.text(place), isDayFirst: column.isDayFirst) {
            return .number(Double(reading.moment.milliseconds))
        }
        if let number = TableNumber.parse(reader.field(place), column.style) { return .number(number.value) }
        return .text(Folding.fold(reader.text(place)))
    }

    /// True when this one comes before the other; nothing comes last in either direction.
    func precedes(_ other: SortKey, descending: Bool) -> Bool {
        if let isBefore = Self.compare(first, other.first, descending) { return isBefore }
        for place in others.indices {
            if let isBefore = Self.compare(others[place], other.others[place], descending) { return isBefore }
        }
        return false
    }

    /// Nil when both are the same.
    @inline(__always)
    private static func compare(_ left: Part, _ right: Part, _ descending: Bool) -> Bool? {
        switch (left, right) {
        case (.number(let a), .number(let b)): a == b ? nil : descending ? a > b : a < b
        case (.text(let a), .text(let b)): a == b ? nil : descending ? a > b : a < b
        case (.nothing, .nothing): nil
        case (.nothing, _): false
        case (_, .nothing): true
        case (.number, .text): !descending
        case (.text, .number): descending
        }
    }
}
