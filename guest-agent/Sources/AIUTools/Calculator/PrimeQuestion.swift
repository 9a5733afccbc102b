internal import AIUJSON
package import AIUWire

/// Questions about prime numbers.
package enum PrimeQuestion {
    /// Trial division stays below a second up to here.
    private static let largest = 1_000_000_000_000_000

    package static func answer(_ tokens: [ExpressionToken], source: String) -> ToolReply? {
        let words = tokens.compactMap(\.folded)
        let numbers = tokens.compactMap { token -> Int? in
            if case .number(let text) = token { Int(text) } else { nil }
        }
        let isPrimeWord = words.contains {
            ["prime", "primes", "prim", "primzahl", "premier", "primo", "priemgetal", "pierwsza", "prima"].contains($0)
        }
        let isFactorWord =
            words.contains {
                $0.hasPrefix("factor") || $0.hasPrefix("faktor") || $0.hasPrefix("primfaktor") || $0.hasPrefix("fattor")
                    || $0.hasPrefix("fator") || $0.hasPrefix("facteur") || $0.hasPrefix("ontbind")
                    || $0.hasPrefix("czynnik")
            } && !words.contains { $0.hasPrefix("factorial") || $0.hasPrefix("factorielle") }
        guard isPrimeWord || isFactorWord, numbers.count == 1, let number = numbers.first, number >= 1,
            number <= largest,
            !tokens.contains(where: { $0.isSign("(") || $0.isSign("+") || $0.isSign("*") || $0.isSign("^") })
        else { return nil }
        let factors = factors(of: number)
        let isPrime = factors.count == 1 && number > 1
        let value: JSON = [
            "number": .integer(Int64(number)), "prime": .bool(isPrime),
            "factors": .array(factors.map { .integer(Int64($0)) }),
        ]
        let written = number == 1 ? "1" : product(factors)
        if isFactorWord {
            return ToolReply(
                text: written, value: value,
                phrase: .init("calculator.result", ["expression": "\(number)", "result": written]))
        }
        return ToolReply(
            text: isPrime ? "true" : "false", value: value,
            phrase: .init(
                isPrime ? "calculator.prime" : "calculator.not_prime", ["number": "\(number)", "factors": written]))
    }

    private static func factors(of number: Int) -> [Int] {
        var rest = number
        var factors: [Int] = []
        var divisor = 2
        while divisor * divisor <= rest {
            while rest % divisor == 0 {
                factors.append(divisor)
                rest /= divisor
            }
            divisor += divisor == 2 ? 1 : 2
        }
        if rest > 1 { factors.append(rest) }
        return factors
    }

    private static func product(_ factors: [Int]) -> String {
        var parts: [String] = []
        var place = 0
        while place < factors.count {
            let factor = factors[place]
            let count = factors[place...].prefix { $0 == factor }.count
            parts.append(count == 1 ? "\(factor)" : "\(factor)^\(count)")
            place += count
        }
        return parts.joined(separator: " × ")
    }
}
