package import AIUWire

/// Amounts of money: computed with when there is one currency, never exchanged.
package enum Money {
    private static let signs: [Character: String] = [
        "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY",
    ]
    private static let words: [String: String] = [
        "usd": "USD", "dollar": "USD", "dollars": "USD", "dolar": "USD", "dolares": "USD", "dollari": "USD",
        "dolarow": "USD", "bucks": "USD", "eur": "EUR", "euro": "EUR", "euros": "EUR", "gbp": "GBP", "chf": "CHF",
        "franken": "CHF",
        "jpy": "JPY", "yen": "JPY", "cny": "CNY", "yuan": "CNY", "inr": "INR", "rupees": "INR", "pln": "PLN",
        "zloty": "PLN", "zlotych": "PLN", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "czk": "CZK", "huf": "HUF",
        "cad": "CAD",
        "aud": "AUD", "brl": "BRL", "reais": "BRL", "real": "BRL", "mxn": "MXN", "pesos": "MXN", "peso": "MXN",
        "krw": "KRW",
        "rub": "RUB", "rubles": "RUB", "btc": "BTC", "bitcoin": "BTC", "sterling": "GBP", "quid": "GBP",
    ]

    /// The text without its currency. Two of them would need a rate, and there is none.
    package static func without(_ text: String) throws(ToolReply.Failure) -> (text: String, currency: String?) {
        var currencies: [String] = []
        var plain = ""
        for character in text {
            if let currency = signs[character] {
                currencies.append(currency)
                plain += " "
            } else {
                plain.append(character)
            }
        }
        var result = ""
        var word = ""
        func flush() {
            if let currency = words[Folding.fold(word)] {
                currencies.append(currency)
            } else {
                result += word
            }
            word = ""
        }
        for character in plain {
            if character.isLetter {
                word.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        if let first = currencies.first, let other = currencies.first(where: { $0 != first }) {
            throw ToolReply.Failure(
                .unavailable,
                "Exchange rates change every day and this VM has none, so \(first) cannot become \(other); give the rate, such as \"100 * 1.08\"."
            )
        }
        return (result, currencies.first)
    }

    package static func written(_ text: String, _ currency: String) -> String { "\(text) \(currency)" }
}
