package import AIUModel

extension Supervisor {
    /// Tells whoever follows the events what became of a budget.
    package func tell(_ news: TokenNews) async {
        let account = news.account
        let all = account.tokens + account.carried + account.granted
        let whose = "the token budget '\(account.budget)' of \(account.owner) (policy of \(account.scope))"
        switch news.kind {
        case .warning(let thousandths):
            let percent = thousandths % 10 == 0 ? "\(thousandths / 10)" : "\(Double(thousandths) / 10)"
            await hub.post(
                .budgetWarned, detail: "\(whose) is used to \(percent) %: \(account.used) of \(all) tokens")
        case .exhausted:
            await hub.post(.budgetExhausted, detail: "\(whose) is used up: \(account.used) of \(all) tokens")
        }
    }
}
