package import AIUWire

/// Finds the columns that a person means.
package enum ColumnChoice {
    private static let ordinals: [String: Int] = [
        "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
        "last": -1, "erste": 0, "ersten": 0, "zweite": 1, "zweiten": 1, "dritte": 2, "dritten": 2, "letzte": -1,
        "letzten": -1, "premiere": 0, "deuxieme": 1, "troisieme": 2, "derniere": -1, "primera": 0, "segunda": 1,
        "tercera": 2, "ultima": -1, "prima": 0, "seconda": 1, "terza": 2, "primeira": 0, "terceira": 2,
    ]
    private static let fillers: Set<String> = [
        "column", "columns", "field", "the", "a", "of", "spalte", "spalten", "colonne", "colonnes", "columna",
        "columnas", "colonna", "coluna", "kolom", "kolumna", "der", "die", "das", "la", "le", "les", "el", "los",
    ]

    /// The place of the one column that `text` means.
    package static func one(_ text: String, in names: [String], of file: String) throws(ToolReply.Failure) -> Int {
        if let place = find(text, in: names).first, find(text, in: names).count == 1 { return place }
        let found = find(text, in: names)
        if found.count > 1 {
            throw ToolReply.Failure(
                .invalid, "'\(text)' could be several columns of \(file): \(list(found.map { names[$0] })).")
        }
        throw ToolReply.Failure(
            .notFound, "\(file) has no column '\(text)'; its columns are \(list(names)).")
    }

    /// The places of one column or several, in the order of the text.
    package static func several(_ text: String, in names: [String], of file: String) throws(ToolReply.Failure) -> [Int]
    {
        // A column may be called `R and D`: only then are the words one name.
        let joined = Folding.words(text).joined()
        if let whole = names.firstIndex(where: { Folding.words($0).joined() == joined }) { return [whole] }
        let folded = Folding.fold(text)
        if ["all", "all columns", "everything", "*", "alle", "toutes", "todas", "tutte"].contains(folded) {
            return Array(names.indices)
        }
        var parts = text.split(whereSeparator: { ",;&+/".contains($0) }).map(String.init)
        for word in [" and ", " und ", " et ", " y ", " e ", " en ", " i ", " oraz ", " plus ", " by "] {
            parts = parts.flatMap { $0.split(separator: word).map(String.init) }
        }
        parts = parts.map { part in
            let trimmed = part.trimmed
            return trimmed.hasPrefix("and ") ? String(trimmed.dropFirst(4)) : trimmed
        }.filter { !$0.isEmpty }
        // `name price`, when it is no column itself.
        if parts.count == 1 { parts = text.split(separator: " ").map(String.init) }
        guard parts.count > 1 else { return [try one(text, in: names, of: file)] }
        var places: [Int] = []
        for part in parts {
            do throws(ToolReply.Failure) {
                let place = try one(part, in: names, of: file)
                if !places.contains(place) { places.append(place) }
            } catch {
                // A blank parted words of one name: the whole is what was not found.
                throw text.contains(where: { ",;&+/".contains($0) }) ? error : try wholeFailure(text, names, file)
            }
        }
        return places
    }

    private static func wholeFailure(
        _ text: String, _ names: [String], _ file: String
    ) throws(ToolReply.Failure) -> ToolReply.Failure {
        do throws(ToolReply.Failure) {
            _ = try one(text, in: names, of: file)
        } catch {
            return error
        }
        return ToolReply.Failure(.notFound, "\(file) has no columns '\(text)'.")
    }

    /// All that fit equally well, best kind of fit first.
    package static func find(_ text: String, in names: [String]) -> [Int] {
        let typed = text.trimmed
        if let exact = names.firstIndex(of: typed) { return [exact] }
        let words = Folding.words(typed).filter { !fillers.contains($0) }
        let wanted = words.isEmpty ? Folding.words(typed) : words
        guard !wanted.isEmpty else { return [] }
        let columns = names.map { Folding.words($0) }
        let joined = wanted.joined()
        let tests: [([String]) -> Bool] = [
            { $0.joined() == joined },
            { $0.map(stem) == wanted.map(stem) || stem($0.joined()) == stem(joined) },
            { name in wanted.allSatisfy { word in name.contains { stem($0) == stem(word) } } },
            { name in !name.isEmpty && name.allSatisfy { word in wanted.contains { stem($0) == stem(word) } } },
            { $0.joined().hasPrefix(joined) && joined.count >= 3 },
            { name in joined.count >= 4 && name.joined().contains(joined) },
        ]
        for test in tests {
            let found = columns.indices.filter { test(columns[$0]) }
            if !found.isEmpty { return found }
        }
        if let place = position(wanted, names.count) { return [place] }
        if let near = NearestColumn.find(joined, in: columns.map { $0.joined() }) { return [near] }
        return []
    }

    /// `3`, `third`, `B`.
    private static func position(_ words: [String], _ count: Int) -> Int? {
        guard words.count == 1 else { return nil }
        let word = words[0]
        if let number = Int(word) { return (1...count).contains(number) ? number - 1 : nil }
        if let ordinal = ordinals[word] {
            let place = ordinal < 0 ? count + ordinal : ordinal
            return (0..<count).contains(place) ? place : nil
        }
        guard word.utf8.count == 1, let letter = word.utf8.first, letter >= 0x61, letter <= 0x7A else { return nil }
        return Int(letter - 0x61) < count ? Int(letter - 0x61) : nil
    }

    /// Without the ending of a plural.
    static func stem(_ word: String) -> String {
        if word.count > 4, word.hasSuffix("ies") { return String(word.dropLast(3)) + "y" }
        if word.count > 4, word.hasSuffix("es"), !word.hasSuffix("ses") { return String(word.dropLast(2)) }
        for ending in ["s", "e", "n", "en"] where word.count > ending.count + 2 && word.hasSuffix(ending) {
            return String(word.dropLast(ending.count))
        }
        return word
    }

    /// `a, b and 7 more`, for a message.
    package static func list(_ names: [String], atMost limit: Int = 12) -> String {
        let shown = names.prefix(limit).map { name in name.count > 40 ? name.prefix(40) + "…" : name }
        let rest = names.count - shown.count
        if rest > 0 { return shown.joined(separator: ", ") + " and \(rest) more" }
        guard shown.count > 1, let last = shown.last else { return shown.first ?? "" }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }
}
