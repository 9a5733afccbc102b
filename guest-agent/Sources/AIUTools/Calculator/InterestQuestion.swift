internal import AIUJSON
package import AIUWire
internal import Glibc

/// What becomes of a sum of money at interest: `compound interest on 1000 at 5% for 10 years`.
package enum InterestQuestion {
    private static let words: Set<String> = [
        "interest", "zins", "zinsen", "zinseszins", "interets", "interet", "interes", "intereses", "interesse",
        "interessi", "juros", "rente", "odsetki", "compounded",
    ]
    private static let yearWords: Set<String> = [
        "year", "years", "jahr", "jahre", "jahren", "an", "ans", "annees", "ano", "anos", "anni", "jaar", "lat", "yr",
        "yrs",
    ]
    private static let perYear = [
        "monthly": 12.0, "monatlich": 12, "quarterly": 4, "daily": 365, "weekly": 52, "semiannually": 2,
    ]

    package static func answer(_ tokens: [ExpressionToken]) -> ToolReply? {
        let folded = tokens.map { $0.folded ?? "" }
        guard folded.contains(where: { words.contains($0) }) else { return nil }
        var rate: Double?
        var years: Double?
        var sums: [Double] = []
        for (index, token) in tokens.enumerated() {
            guard case .number(let text) = token, let number = Double(text) else { continue }
            let next = index + 1 < tokens.count ? tokens[index + 1] : .sign(".")
            if next.isSign("%") || next.folded.map({ $0.hasPrefix("percent") || $0 == "prozent" }) ?? false {
                rate = number / 100
            } else if next.folded.map({ yearWords.contains($0) }) ?? false {
                years = number
            } else {
                sums.append(number)
            }
        }
        guard let rate, let years, sums.count == 1, let sum = sums.first, (0...1000).contains(years) else { return nil }
        let isSimple = folded.contains { ["simple", "einfache", "semplice"].contains($0) }
        let times = folded.lazy.compactMap { perYear[$0] }.first ?? 1
        let total = isSimple ? sum * (1 + rate * years) : sum * pow(1 + rate / times, times * years)
        guard total.isFinite else { return nil }
        let interest = NumberFormat.write(total - sum, decimals: 2)
        let whole = NumberFormat.write(total, decimals: 2)
        // `interest on 1000 at 5%` asks for the interest, `1000 at 5% interest` for what they become.
        let word = folded.firstIndex { words.contains($0) } ?? 0
        let percent = tokens.firstIndex { $0.isSign("%") || ($0.folded?.hasPrefix("percent") ?? false) } ?? 0
        return ToolReply(
            text: word < percent ? interest : whole,
            value: [
                "result": .number(word < percent ? total - sum : total), "interest": .number(total - sum),
                "total": .number(total), "compound": .bool(!isSimple),
            ],
            phrase: .init("calculator.interest", ["interest": interest, "total": whole]))
    }
}
