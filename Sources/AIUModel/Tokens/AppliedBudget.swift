/// A budget as it holds for somebody: with the account in which it is counted.
package struct AppliedBudget: Equatable, Sendable {
    /// The same for all who share it; the ledger keeps one account of this name.
    package var account: String
    package var scope: PolicyScope
    /// Whose it is, in words: `everybody`, `user anna`, `vm web`.
    package var owner: String
    package var budget: TokenBudget

    package static let session = "session"

    package init(account: String, scope: PolicyScope, owner: String, budget: TokenBudget) {
        self.account = account
        self.scope = scope
        self.owner = owner
        self.budget = budget
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
            let key = subject.user.map { "\($0)" } ?? subject.name.map { "'\($0)" } ?? ""
            let name = subject.name ?? subject.user.map { "\($0)" } ?? "nobody"
            self.init(account: "\(base)@user:\(key)", scope: scope, owner: "user \(name)", budget: budget)
        case .vm:
            let key = subject.vmID?.text ?? subject.vm.map { "'\($0)" } ?? ""
            self.init(
                account: "\(base)@vm:\(key)", scope: scope, owner: "vm \(subject.vm?.text ?? key)",
                budget: budget)
        }
    }

    /// All that a request is counted in: every scope's own budgets, and its conversation.
    package static func all(
        _ layers: [(scope: PolicyScope, rules: TokenRules)], perSession: Int?, for subject: TokenSubject
    ) -> [AppliedBudget] {
        var applied = layers.flatMap { layer in
            layer.rules.budgets.map { AppliedBudget($0, of: layer.scope, for: subject) }
        }
        if let perSession, let session = subject.session {
            let vm = subject.vmID?.text ?? subject.vm.map { "'\($0)" } ?? ""
            applied.append(
                AppliedBudget(
                    account: "session:\(vm)/\(session)", scope: .host,
                    owner: "session \(session)" + (subject.vm.map { " of vm \($0)" } ?? ""),
                    budget: TokenBudget(name: Self.session, tokens: perSession, window: .never)))
        }
        return applied
    }
}
