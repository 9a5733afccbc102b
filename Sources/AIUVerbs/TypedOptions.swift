/// Options found in words that need not make a whole command yet: for completion, which is asked while somebody types.
struct TypedOptions {
    private let words: ArraySlice<String>

    /// The last word is the one that is being typed.
    init(_ words: [String]) { self.words = words.dropLast() }

    /// The value that was typed last.
    subscript(name: String) -> String? {
        for index in words.indices.reversed() {
            if words[index].hasPrefix("--\(name)=") { return String(words[index].dropFirst(name.count + 3)) }
            guard words[index] == "--\(name)" else { continue }
            // bash hands over `--option=value` as three words.
            let rest = words[(index + 1)...]
            return rest.first == "=" ? rest.dropFirst().first : rest.first
        }
        return nil
    }
}
