/// A few words around a place in a text.
enum Excerpt {
    private static let before = 30
    private static let after = 60

    static func around(_ word: String, in text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let characters = Array(line)
        let needle = Array(word)
        let lowered = characters.map { Character(String($0).lowercased().first.map(String.init) ?? String($0)) }
        let place = (0...max(0, lowered.count - needle.count)).first { start in
            start + needle.count <= lowered.count && Array(lowered[start..<start + needle.count]) == needle
        }
        let from = max(0, (place ?? 0) - before)
        let to = min(characters.count, (place ?? 0) + after)
        return (from > 0 ? "…" : "") + String(characters[from..<to]) + (to < characters.count ? "…" : "")
    }
}
