extension String {
    private static let pairs: [(Character, Character)] = [
        ("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("„", "“"), ("«", "»"),
    ]

    /// Without a pair of quotation marks around it, white space off.
    package var unquoted: String {
        let text = trimmed
        guard text.count >= 2, let first = text.first, let last = text.last,
            Self.pairs.contains(where: { $0.0 == first && $0.1 == last })
        else { return text }
        return String(text.dropFirst().dropLast())
    }
}
