/// Parts a text into sentences: points behind abbreviations, in numbers and in names end none.
enum SentenceSplitter {
    private static let mostSentences = 20_000
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "etc", "eg", "e.g", "ie", "i.e", "fig", "no", "vol",
        "inc",
        "ltd", "co", "corp", "approx", "dept", "est", "al", "cf", "pp", "p", "bzw", "z.b", "d.h", "u.a", "usw", "ca",
        "nr",
        "str", "evtl", "ggf", "vgl", "abs", "art", "mio", "mrd", "hr", "fr", "hl", "inkl", "max", "min", "sog", "bspw",
        "m",
        "mme", "mlle", "av", "env", "sra", "srta", "ud", "uds", "ee.uu", "pag", "tel", "sig", "dott", "ing", "ecc",
        "pag",
        "exmo", "ex", "blz", "bijv", "o.a", "d.w.z", "dhr", "mevr", "np", "tzn", "itd", "itp", "ul", "prof", "inz",
        "mgr",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "okt", "nov", "dec", "dez", "u.s", "a.m",
        "p.m",
    ]

    static func split(_ text: String) -> [String] {
        var sentences: [String] = []
        for block in blocks(text) where sentences.count < mostSentences { sentences += sentencesOf(block) }
        return Array(sentences.prefix(mostSentences))
    }

    /// Paragraphs; items of lists and headings stand alone, code and tables are left out.
    private static func blocks(_ text: String) -> [String] {
        var blocks: [String] = []
        var current = ""
        var isCode = false
        func flush() {
            if !current.isEmpty { blocks.append(current) }
            current = ""
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let plain = line.trimmed
            if plain.hasPrefix("```") || plain.hasPrefix("~~~") {
                isCode.toggle()
                flush()
            } else if isCode || plain.hasPrefix("|") {
                continue
            } else if plain.isEmpty || plain.allSatisfy({ "=-*_#~ ".contains($0) }) {
                flush()
            } else if plain.hasPrefix("#") {
                // A heading is a name, not something that is said.
                flush()
            } else if let item = item(String(plain)) {
                flush()
                current = item
            } else {
                let part = String(plain.hasPrefix(">") ? plain.dropFirst().trimmed : plain)
                current =
                    current.isEmpty ? part : current.hasSuffix("-") ? current.dropLast() + part : "\(current) \(part)"
            }
        }
        flush()
        return blocks
    }

    /// What stands behind the mark of an item of a list.
    private static func item(_ line: String) -> String? {
        for mark in ["- ", "* ", "+ ", "• ", "– "] where line.hasPrefix(mark) {
            return String(line.dropFirst(mark.count).drop { $0 == " " })
        }
        let digits = line.prefix { $0.isNumber }
        guard (1...3).contains(digits.count) else { return nil }
        let rest = line.dropFirst(digits.count)
        guard rest.hasPrefix(". ") || rest.hasPrefix(") ") else { return nil }
        return String(rest.dropFirst(2).drop { $0 == " " })
    }

    private static func sentencesOf(_ block: String) -> [String] {
        let characters = Array(block)
        var sentences: [String] = []
        var start = 0
        var place = 0
        while place < characters.count {
            let character = characters[place]
            place += 1
            if "。！？".contains(character) {
                add(characters[start..<place], to: &sentences)
                start = place
                continue
            }
            guard ".!?…".contains(character) else { continue }
            // Further marks and what closes a quotation belong to the sentence.
            while place < characters.count, ".!?…\"'”’»)]".contains(characters[place]) { place += 1 }
            guard place < characters.count else { break }
            guard characters[place].isWhitespace else { continue }
            var next = place
            while next < characters.count, characters[next].isWhitespace { next += 1 }
            if character == ".", !ends(characters, start, place - 1, next) { continue }
            add(characters[start..<place], to: &sentences)
            start = next
            place = next
        }
        add(characters[start...], to: &sentences)
        return sentences
    }

    /// Whether a point ends the sentence.
    private static func ends(_ characters: [Character], _ start: Int, _ point: Int, _ next: Int) -> Bool {
        guard next < characters.count else { return true }
        var first = point
        while first > start, !characters[first - 1].isWhitespace, !"(\"“„«".contains(characters[first - 1]) {
            first -= 1
        }
        let word = Folding.fold(String(characters[first..<point]))
        if abbreviations.contains(word) { return false }
        // Initials, and ordinal numbers before a lowercase or a month.
        if word.count == 1, word.first?.isLetter ?? false, characters[first].isUppercase { return false }
        let follower = characters[next]
        if follower.isLowercase { return false }
        if word.allSatisfy(\.isNumber), word.count <= 2, !word.isEmpty {
            let following = String(characters[next...].prefix { $0.isLetter })
            if MonthName.number(following) != nil { return false }
        }
        return true
    }

    private static func add(_ characters: ArraySlice<Character>, to sentences: inout [String]) {
        let text = String(characters).collapsed
        if text.contains(where: { $0.isLetter }) { sentences.append(text) }
    }
}
