/// Finds the valid name that somebody probably meant.
package enum NearestName {
    /// Longer words are not misspelled names, and comparing them would only cost time.
    private static let maxLength = 64

    /// The candidate that needs the fewest edits, `nil` when none is near enough to be worth a question.
    package static func find(_ typed: String, in candidates: some Sequence<String>) -> String? {
        let word = normalized(typed)
        guard !word.isEmpty, word.count <= maxLength else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let name = normalized(candidate)
            guard name.count <= maxLength else { continue }
            // Half-typed names are meant too: `net` for `network_policy`.
            let isStart = word.count >= 3 && name.starts(with: word)
            let distance = isStart ? 1 : editDistance(word, name)
            let allowed = max(1, min(word.count, name.count) / 3)
            guard distance <= allowed, distance < best?.distance ?? .max else { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// Case and the choice between `-` and `_` are not what people get wrong on purpose.
    private static func normalized(_ text: String) -> [UInt8] {
        text.utf8.prefix(maxLength + 1).map { byte in
            switch byte {
            case 0x41...0x5A: byte + 0x20
            case UInt8(ascii: "-"): UInt8(ascii: "_")
            default: byte
            }
        }
    }

    /// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, replacements, swaps of neighbours.
    static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in 1...left.count {
            var row = [i] + [Int](repeating: 0, count: right.count)
            for j in 1...right.count {
                let cost = left[i - 1] == right[j - 1] ? 0 : 1
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
