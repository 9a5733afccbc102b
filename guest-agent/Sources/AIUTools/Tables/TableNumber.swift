/// Reads numbers as they stand in tables and prompts.
package enum TableNumber {
    private static let longest = 64
    private static let currencies: Set<String> = [
        "usd", "eur", "gbp", "chf", "jpy", "cny", "inr", "pln", "sek", "nok", "dkk", "czk", "huf", "brl", "cad", "aud",
        "rub", "try", "kr", "zł", "zl", "fr", "lei", "us$", "r$", "rs", "euro", "euros", "dollar", "dollars",
    ]

    /// The number in a field; nil when it is none. Signs of currencies, percent and thousands are understood.
    @inline(__always)
    package static func parse(_ bytes: Span<UInt8>, _ style: NumberStyle = .point) -> ParsedNumber? {
        // The plain form first: nearly every field of nearly every file.
        var place = 0
        var mantissa: Int64 = 0
        var scale = -1
        var isNegative = false
        let count = bytes.count
        guard count > 0, count <= longest else { return nil }
        let mark: UInt8 = style == .point ? 0x2E : 0x2C
        if bytes[0] == 0x2D {
            isNegative = true
            place = 1
        }
        let first = place
        while place < count {
            let byte = bytes[place]
            let digit = byte &- 0x30
            if digit < 10 {
                mantissa = mantissa &* 10 &+ Int64(digit)
            } else if byte == mark, scale < 0 {
                scale = place
            } else {
                return parseDecorated(bytes, style)
            }
            place += 1
        }
        let digits = count - first - (scale < 0 ? 0 : 1)
        guard digits > 0, digits <= 18 else { return digits > 0 ? parseDecorated(bytes, style) : nil }
        return ParsedNumber(isNegative ? -mantissa : mantissa, scale: scale < 0 ? 0 : count - 1 - scale)
    }

    package static func parse(_ text: String, _ style: NumberStyle = .point) -> ParsedNumber? {
        let bytes = Array(text.utf8)
        return parse(bytes.span, style)
    }

    @inline(never)
    private static func parseDecorated(_ bytes: Span<UInt8>, _ style: NumberStyle) -> ParsedNumber? {
        var raw: [UInt8] = []
        for index in bytes.indices { raw.append(bytes[index]) }
        // Words are the most frequent refusal in a column of texts; they never hold a digit.
        guard raw.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        var characters = Array(TextEncoding.text(raw).unicodeScalars)
        trim(&characters)
        var sign: Unicode.Scalar?
        if characters.first == "(", characters.last == ")", characters.count > 2 {
            sign = "-"
            characters = Array(characters.dropFirst().dropLast())
        }
        // Up to twice: `-€ 5` and `€ -5`.
        for _ in 0..<2 {
            trim(&characters)
            if sign == nil, let first = characters.first, isSign(first) {
                sign = first
                characters.removeFirst()
            }
            stripUnit(&characters)
        }
        trim(&characters)
        if sign == nil, let last = characters.last, last == "-" || last == "\u{2212}" {
            sign = last
            characters.removeLast()
        }
        return plain(characters, style, isNegative: sign ?? "+" != "+")
    }

    /// Takes off a sign of a currency or of percent, at either end.
    private static func stripUnit(_ characters: inout [Unicode.Scalar]) {
        trim(&characters)
        if let last = characters.last, last == "%" || last == "\u{2030}" { characters.removeLast() }
        let front = characters.prefix { !isNumeric($0) && !isSign($0) }
        if !front.isEmpty, isUnit(front) { characters.removeFirst(front.count) }
        let back = characters.reversed().prefix { !isNumeric($0) && !isSign($0) }
        if !back.isEmpty, isUnit(Array(back.reversed())[...]) { characters.removeLast(back.count) }
    }

    private static func isUnit(_ characters: ArraySlice<Unicode.Scalar>) -> Bool {
        var word = ""
        for scalar in characters where !isBlank(scalar) {
            if scalar.properties.generalCategory == .currencySymbol { continue }
            word.unicodeScalars.append(scalar)
        }
        if word.hasSuffix("."), word.count < 4 { word.removeLast() }
        return word.isEmpty || currencies.contains(word.lowercased())
    }

    private static func plain(
        _ characters: [Unicode.Scalar], _ style: NumberStyle, isNegative: Bool
    ) -> ParsedNumber? {
        let mark: Unicode.Scalar = style == .point ? "." : ","
        let group: Unicode.Scalar = style == .point ? "," : "."
        var text = isNegative ? "-" : ""
        var digits = 0
        var fraction: Int?
        var sinceGroup: Int?
        var hasExponent = false
        for (place, scalar) in characters.enumerated() {
            switch scalar {
            case "0"..."9":
                text.unicodeScalars.append(scalar)
                digits += 1
                if !hasExponent { fraction = fraction.map { $0 + 1 } }
                sinceGroup = sinceGroup.map { $0 + 1 }
            case mark where fraction == nil && !hasExponent:
                guard sinceGroup ?? 3 == 3 else { return nil }
                sinceGroup = nil
                fraction = 0
                text += "."
            case group, "'", "\u{2019}", " ", "\u{A0}", "\u{202F}", "\u{2009}", "_":
                // Thousands, or in India every two digits before the last three.
                guard digits > 0, fraction == nil, !hasExponent, let next = sinceGroup ?? (digits <= 3 ? 3 : nil),
                    next == 3 || (next == 2 && scalar == group)
                else { return nil }
                sinceGroup = 0
            case "e", "E":
                guard digits > 0, !hasExponent, place < characters.count - 1, sinceGroup ?? 3 == 3 else { return nil }
                hasExponent = true
                text += "e"
            case "+", "-":
                guard hasExponent, text.hasSuffix("e") else { return nil }
                text.unicodeScalars.append(scalar)
            default: return nil
            }
        }
        guard digits > 0, hasExponent || sinceGroup ?? 3 == 3 else { return nil }
        if !hasExponent, digits <= 18, let mantissa = Int64(text.replacing(".", with: "")) {
            return ParsedNumber(mantissa, scale: fraction ?? 0)
        }
        guard let value = Double(text), value.isFinite else { return nil }
        return ParsedNumber(inexact: value)
    }

    private static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || scalar == "." || scalar == ","
    }

    private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar == "+" || scalar == "\u{2212}" || scalar == "\u{2013}"
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\u{202F}"
    }

    private static func trim(_ characters: inout [Unicode.Scalar]) {
        while let last = characters.last, isBlank(last) { characters.removeLast() }
        let blanks = characters.prefix { isBlank($0) }.count
        if blanks > 0 { characters.removeFirst(blanks) }
    }

    /// What stands for "not known" in a column of numbers.
    package static func isMissing(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= 8 else { return false }
        var text = ""
        for index in bytes.indices where bytes[index] > 0x20 {
            text.unicodeScalars.append(Unicode.Scalar(bytes[index] | (bytes[index] > 0x40 ? 0x20 : 0)))
        }
        return ["", "na", "n/a", "nan", "null", "nil", "none", "-", "--", ".", "#n/a", "?"].contains(text)
    }
}
