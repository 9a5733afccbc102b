/// What is said in a document, without the marks that lay it out.
enum PlainText {
    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–", "mdash": "—",
        "auml": "ä",
        "ouml": "ö", "uuml": "ü", "szlig": "ß", "eacute": "é", "egrave": "è", "hellip": "…", "rsquo": "’", "laquo": "«",
        "raquo": "»", "euro": "€",
    ]
    private static let blocks: Set<String> = [
        "p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "section", "article", "ul", "ol",
        "table",
    ]

    static func of(_ text: String, name: String) -> String {
        let lowered = name.lowercased()
        if lowered.hasSuffix(".html") || lowered.hasSuffix(".htm") || text.prefix(200).lowercased().contains("<html") {
            return html(text)
        }
        return markdown(text)
    }

    /// Links by their words, emphasis by what it stresses.
    private static func markdown(_ text: String) -> String {
        guard text.contains("](") || text.contains("**") || text.contains("`") else { return text }
        return text.replacing(/!\[[^\]\n]*\]\([^)\n]*\)/, with: "")
            .replacing(/\[([^\]\n]+)\]\([^)\n]*\)/, with: { String($0.1) })
            .replacing("**", with: "")
            .replacing("__", with: "")
    }

    private static func html(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            result += decoded(rest[..<open])
            rest = rest[open...]
            if rest.hasPrefix("<!--") {
                rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
                continue
            }
            guard let close = rest.firstIndex(of: ">") else { break }
            let tag = rest[rest.index(after: rest.startIndex)..<close]
            rest = rest[rest.index(after: close)...]
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
            if name == "script" || name == "style", !tag.hasPrefix("/") {
                rest = rest.firstRange(of: "</\(name)").map { rest[$0.lowerBound...] } ?? ""
            } else if name == "title" || name == "head", !tag.hasPrefix("/") {
                rest = rest.firstRange(of: "</\(name)").map { rest[$0.lowerBound...] } ?? rest
            } else if blocks.contains(name) {
                result += "\n\n"
            }
        }
        return result + decoded(rest)
    }

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return String(text).replacing(/&(#?[A-Za-z0-9]{1,8});/) { match in
            let name = match.1
            if name.hasPrefix("#x"), let code = UInt32(name.dropFirst(2), radix: 16), let scalar = Unicode.Scalar(code)
            {
                return String(scalar)
            }
            if name.hasPrefix("#"), let code = UInt32(name.dropFirst()), let scalar = Unicode.Scalar(code) {
                return String(scalar)
            }
            return entities[String(name)] ?? String(match.0)
        }
    }
}
