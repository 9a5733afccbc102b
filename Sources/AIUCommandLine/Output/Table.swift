/// Columns for people: aligned, cut to the terminal, harmless whatever the cells hold.
package struct Table: Sendable {
    /// On which side a column's cells line up.
    package enum Alignment: Sendable { case left, right }

    /// A column's heading and behaviour.
    package struct Column: Sendable {
        package let title: String
        package let alignment: Alignment
        /// Whether the column gives way when the terminal is narrow.
        package let mayShrink: Bool

        package init(_ title: String, _ alignment: Alignment = .left, mayShrink: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.mayShrink = mayShrink
        }
    }

    private static let gap = "  "
    private static let smallestColumn = 6

    package let columns: [Column]
    package private(set) var rows: [[String]] = []
    /// How to colour cells, by row and column: after measuring and cutting, so that colours take no room.
    private var paints: [[Int: @Sendable (String) -> String]] = []
    /// Coloured by the caller after measuring; the heading is what people look past.
    private let style: Style

    package init(_ columns: [Column], style: Style = .plain) {
        self.columns = columns
        self.style = style
    }

    /// Missing cells are empty, surplus ones are dropped.
    package mutating func add(_ cells: [String], painting paint: [Int: @Sendable (String) -> String] = [:]) {
        let safe = cells.prefix(columns.count).map(SafeText.line)
        paints.append(paint)
        rows.append(safe + repeatElement("", count: columns.count - safe.count))
    }

    /// `width` is the terminal's, `nil` when the output is none and nothing may be cut.
    package func render(width: Int? = nil, heading: Bool = true) -> String {
        let titles = columns.map(\.title)
        var widths = columns.indices.map { index in
            ((heading ? [titles] : []) + rows).map { DisplayWidth.of($0[index]) }.max() ?? 0
        }
        if let width { shrink(&widths, to: width) }
        let head = heading ? [style.bold(line(titles, widths, [:]))] : []
        return (head + zip(rows, paints).map { line($0, widths, $1) }).map { $0 + "\n" }.joined()
    }

    /// Takes columns from the widest that gives way until all fits or nothing gives way any more.
    private func shrink(_ widths: inout [Int], to limit: Int) {
        let gaps = Self.gap.count * max(0, widths.count - 1)
        var excess = widths.reduce(gaps, +) - limit
        while excess > 0 {
            let candidates = columns.indices.filter { columns[$0].mayShrink && widths[$0] > Self.smallestColumn }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }

    private func line(
        _ cells: [String], _ widths: [Int], _ paint: [Int: @Sendable (String) -> String]
    ) -> String {
        var text = ""
        for index in columns.indices {
            let cell = DisplayWidth.truncate(cells[index], to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(cell)))
            if index > 0 { text += Self.gap }
            let painted = paint[index].map { $0(cell) } ?? cell
            text += columns[index].alignment == .left ? painted + padding : padding + painted
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
