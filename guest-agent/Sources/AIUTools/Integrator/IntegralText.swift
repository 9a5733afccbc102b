/// An integral in words: `3x^2 from 0 to 2`, `∫ sin x dx between 0 and pi`.
struct IntegralText {
    var formula: String
    var variable: String?
    var lower: String?
    var upper: String?

    private static let from: Set<String> = [
        "from", "between", "von", "zwischen", "de", "entre", "da", "tra", "van", "tussen", "od", "miedzy", "desde",
    ]
    private static let to: Set<String> = [
        "to", "and", "bis", "und", "a", "et", "y", "e", "tot", "en", "do", "i", "hasta", "ate", "jusqu", "til",
    ]

    init(_ source: String) {
        var words = source.split(whereSeparator: \.isWhitespace).map { String($0) }
        // The last `from A to B`: what stands before it may have such words too.
        if let place = words.indices.reversed().first(where: { index in
            Self.from.contains(Folding.fold(words[index])) && index > 0
                && words[(index + 1)...].contains { Self.to.contains(Folding.fold($0)) }
        }), let middle = words[(place + 2)...].firstIndex(where: { Self.to.contains(Folding.fold($0)) }),
            middle + 1 < words.count
        {
            var end = words.count
            while end > middle + 2, words[end - 1].count == 2, words[end - 1].hasPrefix("d") { end -= 1 }
            lower = words[(place + 1)..<middle].joined(separator: " ")
            upper = words[(middle + 1)..<end].joined(separator: " ").filter { $0 != "?" }
            words.removeSubrange(place..<end)
        }
        let phrase = FormulaPhrase(words.joined(separator: " "))
        formula = phrase.withoutName
        variable = phrase.variable
    }
}
