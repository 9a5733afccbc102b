/// Where an argument really begins and ends, when the tags are off by a sign.
enum SpanEnds {
    /// Arguments that are names of files.
    private static let names: Set<String> = ["file", "path", "destination", "output", "source", "schema"]
    private static let nameSigns: Set<String> = [".", "_", "-", "/", "~", "@", "#", "+", "%"]
    /// In these a bracket without its other side may be what the person means.
    private static let verbatim: Set<String> = [
        "text", "code", "command", "other_command", "body", "arguments", "value", "message",
    ]
    private static let pairs = [
        ("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("„", "“"), ("«", "»"), ("\"", "\""), ("`", "`"),
    ]

    /// With which words no query and no column's name begins when they are written small and more follows.
    private static let articles: Set<String> = [
        "the", "der", "die", "das", "den", "dem", "el", "la", "los", "las", "le", "les", "il", "lo", "gli", "os", "het",
    ]
    private static let bare: Set<String> = ["query", "column", "other_column", "group_by", "where_column"]
    /// What stands before the file of a program that is to be run.
    private static let interpreters: Set<String> = ["node", "python", "python3", "bash", "sh", "lua"]
    /// What a minus sign in front belongs to.
    private static let signed: Set<String> = [
        "expression", "lower", "upper", "values", "other_values", "where_value", "value",
    ]
    /// Signs with which no argument ends, unless it is copied as it stands.
    private static let looseEnds: Set<String> = [",", ";", ":"]

    /// The mended span of an argument; `others` are the words of other arguments.
    static func mended(
        _ span: TagPath.Span, of argument: String, _ kept: [PromptWord], without others: Set<Int>
    ) -> TagPath.Span {
        let span = names.contains(argument) ? wholeName(span, kept, others) : span
        if let quoted = Quotation.whole(around: span, kept, without: others) { return quoted }
        if verbatim.contains(argument) { return span }
        let first = signed.contains(argument) && hasSign(before: span.lowerBound, kept, others) ? 1 : 0
        var mended = trimmed(span.lowerBound - first...span.upperBound, kept)
        while mended.lowerBound < mended.upperBound, looseEnds.contains(kept[mended.upperBound].text) {
            mended = mended.lowerBound...mended.upperBound - 1
        }
        if bare.contains(argument), articles.contains(kept[mended.upperBound].text),
            mended.upperBound + 1 < kept.count, !others.contains(mended.upperBound + 1),
            kept[mended.upperBound + 1].text.unicodeScalars.first.map({ ScalarClass($0) }) == .letter
        {
            mended = mended.lowerBound...mended.upperBound + 1
        }
        let small = bare.contains(argument) ? articles : argument == "file" ? interpreters : []
        if mended.lowerBound < mended.upperBound, small.contains(kept[mended.lowerBound].text),
            kept[mended.lowerBound].end < kept[mended.lowerBound + 1].start
        {
            mended = mended.lowerBound + 1...mended.upperBound
        }
        return mended
    }

    /// Whether a minus sign stands directly before a number, and apart from what is before it.
    private static func hasSign(before first: Int, _ kept: [PromptWord], _ others: Set<Int>) -> Bool {
        guard first > 0, ["-", "−"].contains(kept[first - 1].text), !others.contains(first - 1),
            kept[first - 1].end == kept[first].start, isDigit(kept[first])
        else { return false }
        return first == 1 || kept[first - 2].end < kept[first - 1].start
    }

    private static func isDigit(_ word: PromptWord) -> Bool {
        word.text.unicodeScalars.first.map { ScalarClass($0) } == .digit
    }

    /// The span of a file's name, which is not cut where two of its words touch.
    private static func wholeName(
        _ span: TagPath.Span, _ kept: [PromptWord], _ others: Set<Int>
    ) -> TagPath.Span {
        func touch(_ left: Int, _ right: Int) -> Bool {
            left >= 0 && right < kept.count && kept[left].end == kept[right].start && !others.contains(left)
                && !others.contains(right)
        }
        func inName(_ at: Int) -> Bool {
            let kind = kept[at].text.unicodeScalars.first.map { ScalarClass($0) }
            return kind == .letter || kind == .digit || nameSigns.contains(kept[at].text)
        }
        var (first, last) = (span.lowerBound, span.upperBound)
        while touch(first - 1, first), inName(first - 1), inName(first) { first -= 1 }
        while inName(last) {
            // A dot that ends a sentence is no part of it: signs need a letter or digit after them.
            var end = last + 1
            while touch(end - 1, end), nameSigns.contains(kept[end].text) { end += 1 }
            guard touch(end - 1, end), inName(end) else { break }
            last = end
        }
        return first...last
    }

    /// A span without a bracket or quotation mark at its ends whose other side is elsewhere.
    private static func trimmed(_ span: TagPath.Span, _ kept: [PromptWord]) -> TagPath.Span {
        var (first, last) = (span.lowerBound, span.upperBound)
        while first < last {
            let texts = kept[first...last].map(\.text)
            if isUnmatched(texts, kept[last].text) {
                last -= 1
            } else if isUnmatched(texts, kept[first].text) {
                first += 1
            } else {
                break
            }
        }
        return first...last
    }

    private static func isUnmatched(_ texts: [String], _ sign: String) -> Bool {
        func count(_ wanted: String) -> Int { texts.count { $0 == wanted } }
        for (opening, closing) in pairs where sign == opening || sign == closing {
            if opening == closing { return count(sign) % 2 == 1 }
            return sign == opening ? count(opening) > count(closing) : count(closing) > count(opening)
        }
        return false
    }
}
