/// The formats of JSON Schema that can be decided without knowing the world; others pass.
enum SchemaFormat {
    static func fits(_ text: String, _ format: String) -> Bool {
        switch format {
        case "date": text.utf8.count == 10 && DateText.parse(text) != nil && text.first?.isNumber ?? false
        case "date-time":
            text.count >= 20 && (text.contains("T") || text.contains("t")) && DateText.parse(text)?.hasTime ?? false
        case "email": isEmail(text)
        case "ipv4": isIPv4(text)
        case "uri", "url": text.wholeMatch(of: /[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>"{}|\\^`]+/) != nil
        case "uuid":
            text.wholeMatch(of: /[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/) != nil
        case "hostname":
            text.utf8.count <= 253
                && text.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9\-]{0,62})(\.[A-Za-z0-9][A-Za-z0-9\-]{0,62})*/) != nil
                || text.wholeMatch(of: /[A-Za-z0-9]/) != nil
        case _: true
        }
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(where: { $0 == "." || $0.isLetter })
            && !text.contains(where: \.isWhitespace)
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.count <= 3 && part.allSatisfy(\.isNumber) && (Int(part).map { $0 < 256 } ?? false)
                    && (part.count == 1 || !part.hasPrefix("0"))
            }
    }
}
