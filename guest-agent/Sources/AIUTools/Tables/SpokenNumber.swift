/// Reads a number as people say it: digits, `ten`, `500 euros`, `2k`, `1.5 million`.
package enum SpokenNumber {
    private static let words: [String: Double] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
        "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5,
        "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "zwanzig": 20, "hundert": 100, "tausend": 1000,
        "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
        "vingt": 20, "cent": 100, "mille": 1000, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
        "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "veinte": 20, "cien": 100, "mil": 1000,
    ]
    private static let factors: [String: Double] = [
        "hundred": 100, "thousand": 1000, "k": 1000, "million": 1e6, "millions": 1e6, "m": 1e6, "mio": 1e6,
        "billion": 1e9, "millionen": 1e6, "mille": 1000, "mil": 1000, "tausend": 1000, "hundert": 100,
    ]

    package static func parse(_ text: String, _ style: NumberStyle = .point) -> Double? {
        if let number = TableNumber.parse(text, style) { return number.value }
        if style == .comma, let number = TableNumber.parse(text) { return number.value }
        // `500 items`, `2k`: the number first, then what it counts.
        let head = text.prefix { $0.isNumber || ".,-+' ".contains($0) }
        if let number = TableNumber.parse(String(head).trimmed, style) {
            let rest = Folding.fold(text.dropFirst(head.count)).trimmed
            if let factor = factors[rest] { return number.value * factor }
            // A product number such as `12a` or a date is not a number.
            return head.last == " " && rest.allSatisfy { $0.isLetter || $0 == " " } ? number.value : nil
        }
        return spelled(Folding.words(text))
    }

    private static func spelled(_ parts: [String]) -> Double? {
        var total = 0.0
        var current: Double?
        for part in parts where !["and", "a", "und", "et", "y"].contains(part) {
            if let number = words[part], number < 100 {
                current = (current ?? 0) + number
            } else if let factor = factors[part] ?? words[part], current != nil || parts.count <= 2 {
                let value = (current ?? 1) * factor
                if factor >= 1000 {
                    total += value
                    current = nil
                } else {
                    current = value
                }
            } else {
                return nil
            }
        }
        guard total > 0 || current != nil else { return nil }
        return total + (current ?? 0)
    }
}
