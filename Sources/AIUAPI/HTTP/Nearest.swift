/// Finds what someone probably meant.
enum Nearest {
    /// Longer words are nobody's typing mistake, and comparing them costs the square of their length.
    private static let longest = 64

    static func word(to word: String, in candidates: [String]) -> String? {
        let ranked = candidates.map { ($0, distance($0, word)) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(2, word.count / 3) else { return nil }
        return best.0
    }

    /// How many letters must be inserted, removed or replaced.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count <= longest, right.count <= longest else { return Int.max }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
