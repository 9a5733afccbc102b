/// Breaks text into lines of a width.
enum Wrapping {
    /// Words that are longer than a line stand on a line of their own; indented lines are kept as they are.
    static func wrap(_ text: String, width: Int, indent: Int = 0, firstIndent: Int? = nil) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let first = lines.isEmpty ? String(repeating: " ", count: firstIndent ?? indent) : margin
            guard !paragraph.hasPrefix(" ") else {
                lines.append(first + paragraph)
                continue
            }
            var line = ""
            var used = 0
            for word in paragraph.split(separator: " ") {
                let columns = DisplayWidth.of(String(word))
                if used > 0, indent + used + 1 + columns > width {
                    lines.append((lines.isEmpty ? first : margin) + line)
                    line = ""
                    used = 0
                }
                line += used > 0 ? " \(word)" : "\(word)"
                used += (used > 0 ? 1 : 0) + columns
            }
            lines.append(line.isEmpty ? "" : (lines.isEmpty ? first : margin) + line)
        }
        return lines.joined(separator: "\n")
    }
}
