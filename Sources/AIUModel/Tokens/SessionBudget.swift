/// What one person may use in one VM, from the VM's start to its end, whatever conversations it is spread over.
package struct SessionBudget: Equatable, Sendable {
    package var tokens: Int
    /// What the next session has of what this one leaves over.
    package var rollover: BudgetRollover

    /// The smaller of what the policy and the VM's own configuration allow; nil where neither limits it. What is carried
    /// over never makes a session longer than the policy lets one be.
    package init?(policy: Int?, own: TokenLimits?) {
        guard let tokens = [policy, own?.sessionBudget].compactMap(\.self).min() else { return nil }
        self.tokens = tokens
        let room = policy.map { $0 - tokens }
        switch own?.rollover ?? .none {
        case .none: rollover = .none
        case .carry: rollover = room.map(Self.capped) ?? .carry
        case .capped: rollover = Self.capped(min(tokens, room ?? tokens))
        }
    }

    private static func capped(_ most: Int) -> BudgetRollover { most > 0 ? .capped(most) : .none }
}
