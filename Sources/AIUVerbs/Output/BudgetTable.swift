internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem

/// Budgets, requests and forecasts for people.
enum BudgetTable {
    private static let fewLeft = 0.1

    static func render(_ accounts: [TokenAccount], width: Int?, style: Style) -> String {
        if accounts.isEmpty {
            return
                "no budget limits the tokens here; `aiu tokens set` makes one, and `aiu policy explain` shows the limits\n"
        }
        var table = Table(
            [
                .init("BUDGET"), .init("OF", mayShrink: true), .init("USED", .right), .init("RESERVED", .right),
                .init("LEFT", .right), .init("OF ALL", .right), .init("AFRESH"), .init("LEFT OVER"),
                .init("SCOPE", mayShrink: true),
            ], style: style)
        for account in accounts {
            let all = account.tokens + account.carried + account.granted
            let isLow = Double(account.left) < Double(all) * Self.fewLeft
            table.add(
                [
                    account.budget, account.owner, "\(account.used)", "\(account.reserved)", "\(account.left)",
                    "\(all)",
                    account.windowEnds.map(moment) ?? account.refill.map { "+\($0)" } ?? "never", account.rollover,
                    account.scope,
                ], painting: isLow ? [4: { style.red($0) }] : [:])
        }
        let more = accounts.filter { $0.carried > 0 || $0.granted > 0 || $0.warned != nil }.map(note)
        return table.render(width: width) + more.map { "\($0)\n" }.joined()
    }

    private static func note(_ account: TokenAccount) -> String {
        var parts: [String] = []
        if account.carried > 0 { parts.append("\(account.carried) carried over") }
        if account.granted > 0 { parts.append("\(account.granted) granted for this window") }
        if let warned = account.warned { parts.append("over \(Int((warned * 100).rounded())) % used") }
        return "\(account.budget) of \(account.owner): \(parts.joined(separator: ", "))"
    }

    static func render(_ records: [TokenRecord], width: Int?, style: Style) -> String {
        if records.isEmpty { return "no request for tokens fits\n" }
        var table = Table(
            [
                .init("TIME"), .init("USER", mayShrink: true), .init("VM", mayShrink: true), .init("PROMPT", .right),
                .init("ANSWER", .right), .init("GIVEN BACK", .right), .init("END"), .init("REQUEST", mayShrink: true),
            ], style: style)
        for record in records {
            table.add([
                moment(record.time), record.subject.name ?? record.subject.user.map { "\($0)" } ?? "",
                record.subject.vm?.text ?? "", "\(record.promptTokens)",
                record.delivered.map { "\(max(0, $0 - record.promptTokens))" } ?? "",
                record.refunded.map { "\($0)" } ?? "", record.end?.rawValue ?? "runs", record.id.text,
            ])
        }
        return table.render(width: width)
    }

    static func render(_ forecasts: [TokenForecast]) -> String {
        if forecasts.isEmpty { return "no budget limits the tokens here\n" }
        return forecasts.map { forecast in
            "\(forecast.account.budget) of \(forecast.account.owner), \(forecast.account.left) left: \(forecast.sentence)\n"
        }.joined()
    }

    /// `2026-11-22 00:00 UTC`.
    static func moment(_ milliseconds: Int64) -> String {
        let text = "\(Timestamp(milliseconds: milliseconds))"
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
