/// A column of a table and what its first values look like.
package struct Column: Equatable, Sendable {
    package enum Kind: String, Equatable, Sendable { case number, date, text, empty }

    package var name: String
    package var kind: Kind
    /// How its numbers are written.
    package var style: NumberStyle
    package var isDayFirst: Bool

    /// Judges by the first values; a few that do not fit are allowed.
    init(name: String, sample: [String], isSemicolon: Bool) {
        self.name = name
        let values = sample.filter { text in !TableNumber.isMissing(Array(text.utf8).span) }
        style = NumberStyle(sniffing: values, isSemicolon: isSemicolon)
        isDayFirst = DateText.isDayFirst(values)
        let style = style
        let isDayFirst = isDayFirst
        let numbers = values.count { TableNumber.parse($0, style) != nil }
        if values.isEmpty {
            kind = .empty
        } else if numbers * 10 >= values.count * 7 {
            kind = .number
        } else if values.count(where: { DateText.parse($0, isDayFirst: isDayFirst) != nil }) * 10 >= values.count * 9 {
            kind = .date
        } else {
            kind = .text
        }
    }
}
