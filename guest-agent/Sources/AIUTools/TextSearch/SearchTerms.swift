/// The words of a query, as FTS5 wants them, and where they stand in a passage.
struct SearchTerms: Sendable {
    private static let most = 24

    /// Folded, without endings.
    let stems: [String]
    /// As they are written: the index folds them in its own way.
    private let words: [String]

    init(_ query: String) {
        let all = Array(Folding.parts(query.unquoted).prefix(Self.most)).map { $0.lowercased() }
        let language = TextLanguage.guess(all.map { Folding.fold($0) })
        let ignored = language.flatMap { TextLanguage.functionWords[$0] } ?? []
        let telling = all.filter { !ignored.contains(Folding.fold($0)) }
        words = telling.isEmpty ? all : telling
        stems = words.map { Folding.fold(Self.stem($0)) }
    }

    private static func stem(_ word: String) -> String { word.count > 4 ? ColumnChoice.stem(word) : word }

    var isEmpty: Bool { words.isEmpty }

    /// From the strictest question to the loosest.
    var queries: [String] {
        let prefixes = words.map { $0.count >= 3 ? "\"\(Self.stem($0))\"*" : "\"\($0)\"" }
        guard words.count > 1 else { return ["\"\(words.first ?? "")\"", prefixes.first ?? "\"\""] }
        return [
            "\"" + words.joined(separator: " ") + "\"", prefixes.joined(separator: " AND "),
            prefixes.joined(separator: " OR "),
        ]
    }

    /// The line of a passage that says most of it, with its number in the passage, shortened around the first word.
    func best(in passage: String) -> (line: Int, text: String) {
        var best = (score: -1, line: 0, text: "")
        for (number, line) in passage.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let found = Folding.words(line.prefix(4000))
            let score = stems.count { stem in found.contains { $0.hasPrefix(stem) } }
            if score > best.score { best = (score, number, String(line)) }
        }
        return (best.line, shortened(best.text))
    }

    private func shortened(_ line: String) -> String {
        let text = line.collapsed
        guard text.count > 220 else { return text }
        let parts = text.split(separator: " ")
        let first = parts.firstIndex { part in
            Folding.words(part).contains { word in stems.contains { word.hasPrefix($0) } }
        }
        var excerpt = ""
        let start = max(0, (first ?? 0) - 12)
        for part in parts[start...] where excerpt.count < 200 { excerpt += excerpt.isEmpty ? part : " " + part }
        return (start > 0 ? "…" : "") + excerpt.prefix(300) + (excerpt.count < text.count ? "…" : "")
    }
}
