/// Numbers in words: whole ones up to millions in English, small ones in the other languages.
package enum NumberWords {
    private static let small: [String: Int] = {
        var table: [String: Int] = [:]
        let lists = [
            "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
                + "|seventeen|eighteen|nineteen|twenty",
            "null|eins|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf|dreizehn|vierzehn|funfzehn|sechzehn"
                + "|siebzehn|achtzehn|neunzehn|zwanzig",
            "|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize",
            "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince",
            "|uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici",
            "|um|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze",
            "nul|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf",
            "|jeden|dwa|trzy|cztery|piec|szesc|siedem|osiem|dziewiec|dziesiec",
        ]
        for list in lists {
            for (number, word) in list.split(separator: "|", omittingEmptySubsequences: false).enumerated() {
                if !word.isEmpty, table[String(word)] == nil { table[String(word)] = number }
            }
        }
        let tens = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        for (place, word) in tens.enumerated() { table[word] = (place + 3) * 10 }
        return table
    }()

    /// The number that these tokens start with, and how many they are.
    package static func read(_ tokens: ArraySlice<ExpressionToken>) -> (value: Int, count: Int)? {
        var total = 0
        var group = 0
        var count = 0
        var words = 0
        for token in tokens {
            guard let word = token.folded else { break }
            if let value = small[word], group % 100 == 0 || (group % 10 == 0 && group % 100 >= 20 && value < 10) {
                if words == 0, word == "once" || word == "sei" { return nil }
                group += value
            } else if word == "hundred", words > 0, group > 0, group < 100 {
                group *= 100
            } else if word == "thousand", words > 0, group > 0 {
                total += group * 1000
                group = 0
            } else if word == "million", words > 0, group > 0 {
                total += group * 1_000_000
                group = 0
            } else if word == "and", words > 0, group >= 100, group % 100 == 0, next(after: count, in: tokens) {
                count += 1
                continue
            } else {
                break
            }
            count += 1
            words += 1
        }
        guard words > 0 else { return nil }
        return (total + group, count)
    }

    private static func next(after count: Int, in tokens: ArraySlice<ExpressionToken>) -> Bool {
        tokens.dropFirst(count + 1).first?.folded.map { small[$0] != nil } ?? false
    }
}
