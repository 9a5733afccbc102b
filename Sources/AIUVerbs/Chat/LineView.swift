internal import AIUCommandLine

/// Draws a text that is being written, over what was drawn of it before.
package struct LineView: Sendable {
    private let prompt: String
    private let continuation: String
    /// The row on which the cursor was left, counted from the first that was drawn.
    private var cursorRow = 0

    package init(prompt: String) {
        self.prompt = prompt
        continuation = String(repeating: " ", count: max(0, DisplayWidth.of(prompt) - 2)) + "… "
    }

    /// What to write to the terminal. Of a text that is higher than the terminal, the part around the cursor is shown.
    package mutating func draw(_ text: [Character], cursor: Int, width: Int, height: Int) -> String {
        let layout = lay(text, cursor, width: max(8, width - 1))
        let shown = max(1, height - 1)
        let first = max(0, min(layout.cursor.row - shown / 2, layout.rows.count - shown))
        let rows = layout.rows[first..<min(first + shown, layout.rows.count)]
        var output = back + "\u{1B}[J" + rows.joined(separator: "\r\n")
        cursorRow = layout.cursor.row - first
        let up = rows.count - 1 - cursorRow
        if up > 0 { output += "\u{1B}[\(up)A" }
        output += "\r"
        if layout.cursor.column > 0 { output += "\u{1B}[\(layout.cursor.column)C" }
        return output
    }

    /// The screen was cleared, or something else was written: what is drawn next starts where the cursor is.
    package mutating func forget() { cursorRow = 0 }

    private var back: String { (cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : "") + "\r" }

    private typealias Layout = (rows: [String], cursor: (row: Int, column: Int))

    /// Breaks lines here instead of leaving that to the terminal, whose last column behaves differently everywhere.
    private func lay(_ text: [Character], _ cursor: Int, width: Int) -> Layout {
        var rows = [prompt]
        var column = DisplayWidth.of(prompt)
        var found = (row: 0, column: column)
        for (index, character) in text.enumerated() {
            let piece = Self.shown(character)
            let columns = DisplayWidth.of(piece)
            if character != "\n", column + columns > width {
                rows.append("")
                column = 0
            }
            if index == cursor { found = (rows.count - 1, column) }
            if character == "\n" {
                rows.append(continuation)
                column = DisplayWidth.of(continuation)
            } else {
                rows[rows.count - 1] += piece
                column += columns
            }
        }
        if cursor >= text.count { found = (rows.count - 1, column) }
        return (rows, found)
    }

    private static func shown(_ character: Character) -> String {
        character == "\t" ? "  " : SafeText.line(String(character))
    }
}
