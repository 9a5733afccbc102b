internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// `aiu tokens show`, `grant`, `history` and `forecast`.
struct BudgetVerb {
    private static let longestSince: Duration = .seconds(100 * 366 * 86_400)
    private static let usualLines = 20

    private let session: Session

    init(_ session: Session) { self.session = session }

    func show() throws -> Int32 {
        let question = try question()
        try session.limitWaits()
        let accounts: [TokenAccount] = try session.client.value(Calls.tokenBudgets(question))
        try session.answer(
            try JSON(encoding: accounts), names: { accounts.map(\.budget) },
            table: { BudgetTable.render(accounts, width: session.width, style: session.style) })
        return 0
    }

    func grant() throws -> Int32 {
        let arguments = session.arguments
        let question = try question()
        let budget = try arguments.required("budget")
        let text = try arguments.required("tokens")
        guard let tokens = Int(text), TokenRequest.amounts.contains(tokens), tokens > 0 else {
            throw arguments.error("TOKENS must be a number from 1 to \(TokenRequest.amounts.upperBound)")
        }
        try session.limitWaits()
        let account: TokenAccount = try session.client.value(
            try Calls.grantTokens(
                GrantTokens(
                    budget: budget, tokens: tokens, user: question.user, vm: question.vm, project: question.project,
                    note: arguments.option("note"))))
        try session.answer(
            try JSON(encoding: account), names: { [account.budget] },
            table: {
                "\(tokens) tokens more for '\(account.budget)' of \(account.owner): \(account.left) are left"
                    + (account.windowEnds.map { " until \(BudgetTable.moment($0))" } ?? "") + "\n"
            })
        return 0
    }

    func history() throws -> Int32 {
        let arguments = session.arguments
        let question = try question()
        let limit = try arguments.integer("lines", in: 1...TokenHistoryQuery.most) ?? Self.usualLines
        let age = try arguments.duration("since", in: .seconds(1)...Self.longestSince)
        try session.limitWaits()
        let since = age.map { Timestamp.now.milliseconds - Int64($0 / .milliseconds(1)) }
        let records: [TokenRecord] = try session.client.value(
            Calls.tokenHistory(question, since: since, limit: limit))
        try session.answer(
            try JSON(encoding: records), names: { records.map(\.id.text) },
            table: { BudgetTable.render(records, width: session.width, style: session.style) })
        return 0
    }

    func forecast() throws -> Int32 {
        let question = try question()
        try session.limitWaits()
        let forecasts: [TokenForecast] = try session.client.value(Calls.tokenForecast(question))
        try session.answer(
            try JSON(encoding: forecasts), names: { forecasts.map(\.account.budget) },
            table: { BudgetTable.render(forecasts) })
        return 0
    }

    private func question() throws -> Calls.TokenQuestion {
        let arguments = session.arguments
        return Calls.TokenQuestion(
            user: arguments.option("user"), vm: try arguments.option("vm").map(session.vmName),
            project: arguments.option("project"))
    }
}
