internal import AIUWire

/// The condition that rows must fulfil.
struct RowFilter: Sendable {
    /// How a value compares.
    enum Test: String, CaseIterable, Sendable {
        case equals
        case notEquals = "not_equals"
        case greater
        case atLeast = "at_least"
        case less
        case atMost = "at_most"
        case contains, empty
    }

    /// What the value is compared as.
    private enum Value: Sendable {
        case number(Double)
        case moment(Int64)
        case text
    }

    let column: Int
    let name: String
    let test: Test
    let text: String
    private let folded: [UInt8]
    private let value: Value
    private let style: NumberStyle
    private let isDayFirst: Bool

    init(column: Int, of table: Table, _ test: Test, _ text: String) throws(ToolReply.Failure) {
        let shape = table.columns[column]
        self.column = column
        self.test = test
        self.text = text.unquoted
        name = shape.name
        style = shape.style
        isDayFirst = shape.isDayFirst
        folded = Array(Folding.fold(self.text).utf8)
        let number = shape.kind == .date ? nil : SpokenNumber.parse(self.text, shape.style)
        if let number {
            value = .number(number)
        } else if let date = DateText.parse(self.text, isDayFirst: shape.isDayFirst) {
            value = .moment(date.moment.milliseconds)
        } else {
            value = .text
        }
        let isOrder = [.greater, .atLeast, .less, .atMost].contains(test)
        if isOrder, case .text = value, shape.kind == .number {
            throw ToolReply.Failure(
                .invalid, "'\(self.text)' is no number that the values of '\(name)' could be compared with.")
        }
    }

    func matches(_ field: Span<UInt8>) -> Bool {
        switch test {
        case .empty: return TableNumber.isMissing(field)
        case .contains: return contains(field)
        case .equals: return isEqual(field)
        case .notEquals: return !isEqual(field)
        case .greater: return compare(field).map { $0 > 0 } ?? false
        case .atLeast: return compare(field).map { $0 >= 0 } ?? false
        case .less: return compare(field).map { $0 < 0 } ?? false
        case .atMost: return compare(field).map { $0 <= 0 } ?? false
        }
    }

    /// The sign of field minus value; nil when the two cannot be compared.
    private func compare(_ field: Span<UInt8>) -> Int? {
        switch value {
        case .number(let wanted):
            guard let number = TableNumber.parse(field, style)?.value else { return nil }
            return number < wanted ? -1 : number > wanted ? 1 : 0
        case .moment(let wanted):
            guard let reading = DateText.parse(string(field), isDayFirst: isDayFirst) else { return nil }
            // A day without a time is all of that day.
            let moment = reading.moment.milliseconds
            return moment < wanted ? -1 : moment > wanted ? 1 : 0
        case .text:
            if TableNumber.isMissing(field) { return nil }
            let other = Folding.fold(string(field))
            let own = String(decoding: folded, as: UTF8.self)
            return other < own ? -1 : other > own ? 1 : 0
        }
    }

    private func isEqual(_ field: Span<UInt8>) -> Bool {
        if case .number(let wanted) = value, let number = TableNumber.parse(field, style) {
            return number.value == wanted
        }
        if case .moment = value, let same = compare(field) { return same == 0 }
        guard field.count <= folded.count * 2 + 16 else { return false }
        return Folding.fold(string(field).trimmed).utf8.elementsEqual(folded)
    }

    private func contains(_ field: Span<UInt8>) -> Bool {
        guard let first = folded.first else { return true }
        var isASCII = true
        for place in field.indices where field[place] >= 0x80 { isASCII = false }
        guard isASCII else {
            return Folding.fold(string(field)).contains(String(decoding: folded, as: UTF8.self))
        }
        guard field.count >= folded.count else { return false }
        for start in 0...(field.count - folded.count) where lowercased(field[start]) == first {
            var place = 1
            while place < folded.count, lowercased(field[start + place]) == folded[place] { place += 1 }
            if place == folded.count { return true }
        }
        return false
    }

    private func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    private func string(_ field: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        for place in field.indices { bytes.append(field[place]) }
        return TextEncoding.text(bytes)
    }
}
