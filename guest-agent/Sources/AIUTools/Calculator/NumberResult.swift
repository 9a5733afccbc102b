package import AIUJSON

/// A result of libqalculate, shortened to the digits that people want, and in the notation that they asked for.
package enum NumberResult {
    /// Significant digits of results that are not whole.
    private static let digits = 12

    /// `62.13711922373340 mph` as `62.1371192237`, and the rest behind the number.
    package static func split(_ text: String) -> (number: String, rest: String)? {
        var end = text.startIndex
        if text.first == "-" { end = text.index(after: end) }
        while end < text.endIndex, text[end].isNumber || text[end] == "." { end = text.index(after: end) }
        guard end > text.startIndex, text[..<end].contains(where: \.isNumber) else { return nil }
        let number = String(text[..<end])
        // 1.2E65657059
        if text[end...].first == "E" {
            let power = text[text.index(after: end)...].prefix { $0.isNumber || $0 == "-" }
            let rest = text[end...].dropFirst(power.count + 1)
            if !power.isEmpty, rest.trimmed.isEmpty { return ("\(number)e\(power)", "") }
        }
        let rest = text[end...]
        // `3 + 2 * i` and `1/3` are no numbers.
        guard !rest.contains(where: { "+*()=".contains($0) }), !rest.trimmed.hasPrefix("/"), !rest.contains(" - ")
        else { return nil }
        return (number, String(rest.trimmed))
    }

    package static func shortened(_ number: String) -> String {
        if let mark = number.firstIndex(of: "e") { return shortened(String(number[..<mark])) + number[mark...] }
        guard let point = number.firstIndex(of: ".") else { return number }
        let negative = number.hasPrefix("-")
        let whole = number[..<point].drop { $0 == "-" }
        var figures = Array(whole + number[number.index(after: point)...]).compactMap(\.wholeNumberValue)
        let leading = figures.prefix { $0 == 0 }.count
        let keep = max(whole.count, leading + digits)
        if figures.count > keep {
            let up = figures[keep] >= 5
            figures.removeLast(figures.count - keep)
            if up { increment(&figures) }
        }
        let extra = figures.count - max(keep, 0)
        let point2 = whole.count + (extra > 0 ? extra : 0)
        var text = figures[..<point2].map { String($0) }.joined()
        var fraction = figures[point2...].map { String($0) }.joined()
        while fraction.hasSuffix("0") { fraction.removeLast() }
        while text.count > 1, text.hasPrefix("0") { text.removeFirst() }
        let result = fraction.isEmpty ? text : "\(text).\(fraction)"
        return negative && result != "0" ? "-" + result : result
    }

    /// Adds one to the last figure.
    private static func increment(_ figures: inout [Int]) {
        for index in figures.indices.reversed() {
            if figures[index] < 9 {
                figures[index] += 1
                return
            }
            figures[index] = 0
        }
        figures.insert(1, at: 0)
    }

    /// A whole number in another notation; nil when it is not whole or too large.
    package static func written(_ number: String, in notation: String) -> String? {
        if notation == "percent", let value = Double(number) {
            return shortened(NumberFormat.write(value * 100)) + "%"
        }
        guard let whole = Int(number) else { return nil }
        switch notation {
        case "hex": return (whole < 0 ? "-" : "") + "0x" + String(whole.magnitude, radix: 16)
        case "binary": return (whole < 0 ? "-" : "") + "0b" + String(whole.magnitude, radix: 2)
        case "octal": return (whole < 0 ? "-" : "") + "0o" + String(whole.magnitude, radix: 8)
        case "roman": return roman(whole)
        case _: return number
        }
    }

    private static func roman(_ number: Int) -> String? {
        guard (1...3999).contains(number) else { return nil }
        let figures = [
            (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
            (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
        ]
        var rest = number
        var text = ""
        for (value, figure) in figures {
            while rest >= value {
                text += figure
                rest -= value
            }
        }
        return text
    }

    /// As JSON: a number where one can hold it.
    package static func json(_ number: String) -> JSON {
        if let whole = Int64(number) { return .integer(whole) }
        if let value = Double(number), value.isFinite, number.count <= 24 { return .number(value) }
        return .string(number)
    }
}
