/// A budget as it holds for somebody: with the account in which it is counted.
package struct AppliedBudget: Equatable, Sendable {
    /// The same for all who share it; the ledger keeps one account of this name.
    package var account: String
    package var scope: PolicyScope
    /// Whose it is, in words: `everybody`, `user anna`, `vm web`.
    package var owner: String
    package var budget: TokenBudget
    /// When the session began that it is for, in milliseconds since 1970; nil for what the calendar starts afresh.
    package var began: Int64?

    package static let session = "session"
    /// Accounts of sessions, and no others, begin so.
    package static let sessionPrefix = "session:"

    package init(
        account: String, scope: PolicyScope, owner: String, budget: TokenBudget, began: Int64? = nil
    ) {
        self.account = account
        self.scope = scope
        self.owner = owner
        self.budget = budget
        self.began = began
    }

    package init(_ budget: TokenBudget, of scope: PolicyScope, for subject: TokenSubject) {
        let base = "\(scope.key)/\(budget.name)"
        let shared: String =
            switch scope {
            case .host: "everybody"
            case .project, .user, .vm: scope.description
            }
        switch budget.each {
        case nil: self.init(account: base, scope: scope, owner: shared, budget: budget)
        case .user:
            self.init(
                account: "\(base)@user:\(subject.personKey)", scope: scope, owner: subject.personWords, budget: budget)
        case .vm:
            let key = subject.vmKey
            self.init(
                account: "\(base)@vm:\(key)", scope: scope, owner: "vm \(subject.vm?.text ?? key)",
                budget: budget)
        }
    }

    /// All that a request is counted in: every scope's own budgets, and the person's session in the VM, which `began` when the
    /// VM was started. What the client calls its conversations makes no difference to it.
    package static func all(
        _ layers: [(scope: PolicyScope, rules: TokenRules)], session: SessionBudget?, began: Int64?,
        for subject: TokenSubject
    ) -> [AppliedBudget] {
        var applied = layers.flatMap { layer in
            layer.rules.budgets.map { AppliedBudget($0, of: layer.scope, for: subject) }
        }
        if let session, !subject.vmKey.isEmpty {
            applied.append(
                AppliedBudget(
                    account: "\(sessionPrefix)\(subject.vmKey)@user:\(subject.personKey)", scope: .host,
                    owner: subject.personWords + (subject.vm.map { " in vm \($0)" } ?? ""),
                    budget: TokenBudget(
                        name: Self.session, tokens: session.tokens, window: .never, rollover: session.rollover),
                    began: began))
        }
        return applied
    }
}

extension TokenSubject {
    fileprivate var personKey: String { user.map { "\($0)" } ?? name.map { "'\($0)" } ?? "" }
    fileprivate var personWords: String { "user \(name ?? user.map { "\($0)" } ?? "nobody")" }
    fileprivate var vmKey: String { vmID?.text ?? vm.map { "'\($0)" } ?? "" }
}
