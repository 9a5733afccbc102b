internal import AIUJSON
package import AIUWire
internal import Glibc

/// Arithmetic, percentages, units and dates, in words or signs; libqalculate computes.
package struct Calculator: Tool {
    package static let name = "calculator"

    private let now: @Sendable () -> Moment

    package init() { self.init(now: { Moment.local }) }

    /// - Parameter now: the time that `today` means.
    package init(now: @escaping @Sendable () -> Moment) { self.now = now }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let source = try Arguments(invocation).requiredText("expression")
        guard source.utf8.count <= Qalculate.longestExpression else {
            throw ToolReply.Failure(
                .tooLarge,
                "The expression is longer than \(Qalculate.longestExpression) characters; compute it in parts.")
        }
        if let reply = try DateQuestion.answer(source, now: now(), languages: invocation.languages) { return reply }
        let money = try Money.without(source)
        let decimalComma = NumberList.commaIsDecimal(invocation.languages)
        var tokens = ExpressionReader.tokens(money.text, decimalComma: decimalComma)
        if let factors = PrimeQuestion.answer(tokens, source: source) { return factors }
        if let interest = InterestQuestion.answer(tokens) { return interest }
        if let percent = PercentQuestion.rewritten(tokens) { tokens = percent }
        let translation = try ExpressionTranslator.translate(tokens, source: source)
        guard translation.expression.contains(where: { $0.isNumber || $0.isLetter }) else {
            throw ToolReply.Failure(
                .invalid, "There is nothing to compute in \"\(source.prefix(80))\"; give numbers and operators.")
        }
        return try reply(translation, source: source, currency: money.currency)
    }

    private func reply(
        _ translation: ExpressionTranslator.Translation, source: String, currency: String?
    ) throws(ToolReply.Failure) -> ToolReply {
        var decimal = Qalculate.Request(translation.expression)
        decimal.milliseconds = 4000
        var second = decimal
        second.milliseconds = 500
        second.exact = translation.engineUnit == nil
        // What cannot be converted comes back in its own unit; the second answer shows what the right one looks like.
        if let unit = translation.engineUnit { second.expression = "(1 \(unit)) to \(unit)" }
        let isPlain = translation.hasUnits && translation.engineUnit == nil
        let answers = try Qalculate().evaluate(isPlain ? [decimal] : [decimal, second])
        let answer = answers[0]
        try check(answer, translation, source)
        guard let (long, rest) = NumberResult.split(answer.text) else { return symbolic(answer.text, source) }
        let number = NumberResult.shortened(long)
        let unit = translation.unit ?? (rest.isEmpty ? nil : Self.readable(rest))
        if translation.unit != nil {
            let expected = answers.count > 1 ? NumberResult.split(answers[1].text)?.rest : nil
            guard translation.hasUnits, expected == nil || expected == rest else { throw noUnit(source) }
        }
        var text = number
        if let notation = translation.notation {
            if notation == "fraction", answers.count > 1 {
                text = answers[1].text.split(separator: " ").joined()
            } else {
                text = NumberResult.written(number, in: notation) ?? number
            }
        }
        if let unit { text += " \(unit)" }
        var value: JSON = [
            "result": NumberResult.json(number), "exact": .bool(answer.status == .exact && number == long),
        ]
        if let unit { value["unit"] = .string(unit) }
        if let currency { value["currency"] = .string(currency) }
        if number != long, answer.status == .approximate || long.count > number.count { value["exact"] = false }
        if translation.unit == nil, answers.count > 1, answers[1].status == .exact, answers[1].text.contains("/"),
            answers[1].text.count < 60
        {
            value["fraction"] = .string(answers[1].text)
        }
        value["expression"] = .string(translation.expression)
        let shown = currency.map { Money.written(text, $0) } ?? text
        return ToolReply(
            text: text, value: value,
            phrase: .init("calculator.result", ["expression": Self.asked(source), "result": shown]))
    }

    /// The question without the sign at its end.
    private static func asked(_ source: String) -> String {
        var text = source[...]
        while let last = text.last, "?=".contains(last) || last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// A result that is no number: unknowns, imaginary numbers, something left as it was.
    private func symbolic(_ text: String, _ source: String) -> ToolReply {
        ToolReply(
            text: text, value: ["result": .string(text), "exact": true],
            phrase: .init("calculator.result", ["expression": Self.asked(source), "result": text]))
    }

    private func check(
        _ answer: Qalculate.Answer, _ translation: ExpressionTranslator.Translation, _ source: String
    ) throws(ToolReply.Failure) {
        let shown = "\"\(source.prefix(80))\""
        guard answer.status != .timeout else {
            throw ToolReply.Failure(.timedOut, "\(shown) takes too long to compute; use smaller numbers.")
        }
        guard answer.status != .error else {
            throw ToolReply.Failure(.failed, "\(shown) could not be computed: the engine ended; use smaller numbers.")
        }
        guard answer.messages.isEmpty else {
            throw ToolReply.Failure(.invalid, "\(shown) could not be computed: \(answer.messages.prefix(200))")
        }
        // What cannot be divided stays as it was written.
        if answer.text.hasSuffix("/0") || answer.text.contains("/ 0") || answer.text == "undefined" {
            throw ToolReply.Failure(.invalid, "\(shown) divides by zero, which has no result.")
        }
        if translation.unit != nil, answer.text.contains(" + ") || answer.text.contains(" - ") { throw noUnit(source) }
        for word in ["ln(-", "sqrt(-", "log10(", "tan(", "asin(", "acos("] where answer.text.contains(word) {
            throw ToolReply.Failure(.invalid, "\(shown) has no result among the real numbers.")
        }
    }

    private func noUnit(_ source: String) -> ToolReply.Failure {
        ToolReply.Failure(
            .invalid,
            "\"\(source.prefix(80))\" converts between things of different kinds; both sides must measure the same.")
    }

    /// libqalculate's names of units as people write them.
    private static func readable(_ unit: String) -> String {
        let names = ["oC": "°C", "oF": "°F", "mL": "ml", "o": "°"]
        return names[unit] ?? unit.split(separator: "*").map { $0.trimmed }.joined(separator: "·")
    }
}
