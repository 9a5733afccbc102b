/// Questions about percentages that are no plain `17.5% of 248`.
package enum PercentQuestion {
    /// The same question with the operators in their places; nil when it is none of these.
    package static func rewritten(_ tokens: [ExpressionToken]) -> [ExpressionToken]? {
        let words = tokens.map { $0.folded ?? "" }
        return change(tokens, words) ?? off(tokens, words) ?? onTop(tokens, words) ?? share(tokens, words)
            ?? increase(tokens, words)
    }

    private static let percentWords: Set<String> = [
        "percent", "percentage", "prozent", "pourcentage", "pourcent", "porcentaje", "percentuale", "porcentagem",
        "procent", "percentual", "pct",
    ]
    private static let discounts: Set<String> = [
        "off", "discount", "rabatt", "remise", "reduction", "descuento", "sconto", "desconto", "korting", "znizki",
        "rabais", "rabatu",
    ]
    private static let additions: Set<String> = [
        "tip", "tax", "vat", "gst", "commission", "interest", "trinkgeld", "mwst", "mehrwertsteuer", "steuer",
        "pourboire", "tva", "propina", "iva", "mancia", "gorjeta", "imposto", "fooi", "btw", "napiwek", "napiwku",
        "provision", "zinsen", "service", "markup", "sales",
    ]
    private static func isPercent(_ token: ExpressionToken) -> Bool {
        token.isSign("%") || token.folded.map { percentWords.contains($0) } ?? false
    }

    /// The place of the first `N %`.
    private static func percentage(_ tokens: [ExpressionToken]) -> Int? {
        tokens.indices.dropLast().first { tokens[$0].isNumber && isPercent(tokens[$0 + 1]) }
    }

    private static func numbers(_ tokens: [ExpressionToken]) -> [ExpressionToken] { tokens.filter(\.isNumber) }

    /// `percent change from 80 to 100`
    private static func change(_ tokens: [ExpressionToken], _ words: [String]) -> [ExpressionToken]? {
        let names: Set<String> = [
            "change", "increase", "decrease", "difference", "growth", "drop", "rise", "anderung", "veranderung",
            "zunahme", "abnahme", "unterschied", "variation", "augmentation", "evolution", "diminution", "cambio",
            "aumento", "variacion", "diferencia", "variazione", "variacao", "verandering", "stijging", "daling",
            "zmiana",
        ]
        let list = numbers(tokens)
        let isFromTo = words.first == "from" || words.first == "von" || words.first == "de"
        let leading = (isFromTo || words.contains { names.contains($0) }) && percentage(tokens) == nil
        guard list.count == 2, leading,
            tokens.contains(where: isPercent) || words.contains(where: { $0.hasPrefix("prozentual") })
        else { return nil }
        return [.sign("(")] + [
            list[1], .sign("-"), list[0], .sign(")"), .sign("/"), list[0], .word("to"), .word("percent"),
        ]
    }

    /// `20% off 85`, `85 with 20% discount`
    private static func off(_ tokens: [ExpressionToken], _ words: [String]) -> [ExpressionToken]? {
        guard let place = percentage(tokens), words.contains(where: { discounts.contains($0) }),
            numbers(tokens).count == 2, let base = base(tokens, besides: place)
        else { return nil }
        return [
            base, .sign("*"), .sign("("), .number("1"), .sign("-"), tokens[place], .sign("/"), .number("100"),
            .sign(")"),
        ]
    }

    /// `18% tip on 64.50`: the part itself.
    private static func onTop(_ tokens: [ExpressionToken], _ words: [String]) -> [ExpressionToken]? {
        guard let place = percentage(tokens), words.contains(where: { additions.contains($0) }),
            numbers(tokens).count == 2, let base = base(tokens, besides: place)
        else { return nil }
        let plus: Set<String> = [
            "plus", "with", "including", "incl", "mit", "inklusive", "zuzuglich", "avec", "con", "com", "met", "total",
            "add", "brutto",
        ]
        if words.contains(where: { plus.contains($0) }) || tokens.contains(where: { $0.isSign("+") }) {
            return [
                base, .sign("*"), .sign("("), .number("1"), .sign("+"), tokens[place], .sign("/"), .number("100"),
                .sign(")"),
            ]
        }
        return [base, .sign("*"), tokens[place], .sign("/"), .number("100")]
    }

    private static func base(_ tokens: [ExpressionToken], besides place: Int) -> ExpressionToken? {
        tokens.indices.first { $0 != place && tokens[$0].isNumber }.map { tokens[$0] }
    }

    /// `what percent of 250 is 40`, `40 as a percentage of 250`, `40 is what percent of 250`
    private static func share(_ tokens: [ExpressionToken], _ words: [String]) -> [ExpressionToken]? {
        let list = numbers(tokens)
        guard list.count == 2, percentage(tokens) == nil, let place = tokens.firstIndex(where: isPercent) else {
            return nil
        }
        let first = tokens.firstIndex(where: \.isNumber) ?? 0
        let pair = place < first ? isPartFirst(words, first) ? list : [list[1], list[0]] : list
        return [pair[0], .sign("/"), pair[1], .word("to"), .word("percent")]
    }

    /// `wie viel Prozent sind 40 von 250`: the word before the second number says which one is the whole.
    private static func isPartFirst(_ words: [String], _ first: Int) -> Bool {
        guard first > 0 else { return false }
        return !["of", "von", "de", "di", "van", "z", "do", "da"].contains(words[first - 1])
    }

    /// `increase 80 by 15%`, `80 reduced by 15%`
    private static func increase(_ tokens: [ExpressionToken], _ words: [String]) -> [ExpressionToken]? {
        let up: Set<String> = [
            "increase", "increased", "raise", "raised", "erhohe", "erhoht", "augmente", "aumenta", "aumentado",
            "verhoog", "zwieksz", "grow", "grows", "add",
        ]
        let down: Set<String> = [
            "decrease", "decreased", "reduce", "reduced", "lower", "lowered", "verringere", "reduziere", "senke",
            "diminue", "reduit", "reduce", "reducir", "disminuye", "riduci", "diminui", "verlaag", "zmniejsz",
            "subtract", "minus", "less",
        ]
        guard let place = percentage(tokens), numbers(tokens).count == 2, let base = base(tokens, besides: place) else {
            return nil
        }
        let sign: Character
        if words.contains(where: { up.contains($0) }) {
            sign = "+"
        } else if words.contains(where: { down.contains($0) }) {
            sign = "-"
        } else {
            return nil
        }
        return [
            base, .sign("*"), .sign("("), .number("1"), .sign(sign), tokens[place], .sign("/"), .number("100"),
            .sign(")"),
        ]
    }
}
