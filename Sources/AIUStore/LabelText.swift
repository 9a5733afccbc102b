internal import AIUModel

/// Labels as a column holds them: `key=value` a line, sorted. Neither may contain `=` or a line's end.
enum LabelText {
    static func write(_ labels: Labels) -> String {
        labels.values.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "\n")
    }

    /// Nil when it is nothing that `write` writes.
    static func read(_ text: String) -> Labels? {
        var values: [String: String?] = [:]
        for line in text.split(separator: "\n", maxSplits: Labels.most) {
            guard let equals = line.firstIndex(of: "=") else { return nil }
            values[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        // Why it is refused is said by whoever knows the row.
        return try? Labels().changed(by: values)
    }
}
