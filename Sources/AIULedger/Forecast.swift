package import AIUModel

/// When a budget runs out at the rate of the last days.
package enum Forecast {
    /// Over so many days at most, today among them.
    package static let days = 7
    private static let day: Int64 = 86_400_000

    /// `spent`: tokens by the beginning of their day, of the last days.
    package static func of(_ account: AccountState, spent: [Int64: Int], now: Int64) -> TokenForecast {
        let today = BudgetWindow.day.start(of: now)
        let earliest = today - Int64(days - 1) * day
        let recent = spent.filter { $0.key >= earliest && $0.key <= today && $0.value > 0 }
        guard let first = recent.keys.min() else {
            return TokenForecast(
                account: account.view, days: 0, tokensPerDay: 0, runsOut: nil,
                sentence: "nothing was used in the last \(days) days, so there is nothing to go by")
        }
        let total = recent.values.reduce(0, +)
        // The day that has just begun would make the rate look huge: count at least an hour of it.
        let milliseconds = max(now - first, 3_600_000)
        let perDay = Double(total) * Double(day) / Double(milliseconds)
        let count = Int((today - first) / day) + 1
        func forecast(_ runsOut: Int64?, _ sentence: String) -> TokenForecast {
            TokenForecast(
                account: account.view, days: count, tokensPerDay: Int(perDay.rounded()), runsOut: runsOut,
                sentence: sentence)
        }
        let rate = "at the rate of the last \(count == 1 ? "day" : "\(count) days") (\(Int(perDay.rounded())) a day)"
        let left = max(0, account.cap - account.used)
        if left == 0 {
            let again = account.windowEnds.map { "; it starts afresh at \(UTCText.text($0))" } ?? ""
            return forecast(now, "it is used up\(again)")
        }
        let lost = refillPerDay(account.budget)
        guard perDay > lost else { return forecast(nil, "\(rate) it never runs out: more is refilled than is used") }
        let days = Double(left) / (perDay - lost)
        // Beyond what a calendar of people is made for.
        guard days < 36_500 else { return forecast(nil, "\(rate) it lasts for more than a hundred years") }
        let runsOut = now + Int64(days * Double(day))
        if let ends = account.windowEnds, runsOut >= ends {
            let spare = Int((Double(left) - perDay * Double(ends - now) / Double(day)).rounded(.down))
            return forecast(
                nil, "\(rate) it does not run out: about \(max(0, spare)) tokens will be left at \(UTCText.text(ends))")
        }
        return forecast(runsOut, "\(rate) it runs out at about \(UTCText.text(runsOut))")
    }

    private static func refillPerDay(_ budget: TokenBudget) -> Double {
        guard let refill = budget.refill else { return 0 }
        switch refill.every {
        case .hour: return Double(refill.tokens) * 24
        case .day: return Double(refill.tokens)
        case .month: return Double(refill.tokens) * 12 / 365.2425
        case .never: return 0
        }
    }
}
