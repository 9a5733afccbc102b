/// How a budget stands.
package struct TokenAccount: Hashable, Sendable, Codable {
    package var account: String
    /// The budget's name.
    package var budget: String
    /// `host`, `project x`, `user x` or `vm x`.
    package var scope: String
    package var owner: String
    /// What the policy gives.
    package var tokens: Int
    package var carried: Int
    /// Given once by an administrator.
    package var granted: Int
    package var used: Int
    /// Of requests that run.
    package var reserved: Int
    package var left: Int
    package var window: BudgetWindow
    /// When it starts afresh, in milliseconds since 1970.
    package var windowEnds: Int64?
    package var rollover: String
    /// `50 every hour`.
    package var refill: String?
    /// Parts of the budget.
    package var warnAt: [Double]
    /// The highest of them that was reached in this window.
    package var warned: Double?

    package init(
        account: String, budget: String, scope: String, owner: String, tokens: Int, carried: Int,
        granted: Int,
        used: Int, reserved: Int, left: Int, window: BudgetWindow, windowEnds: Int64?, rollover: String,
        refill: String?, warnAt: [Double], warned: Double?
    ) {
        self.account = account
        self.budget = budget
        self.scope = scope
        self.owner = owner
        self.tokens = tokens
        self.carried = carried
        self.granted = granted
        self.used = used
        self.reserved = reserved
        self.left = left
        self.window = window
        self.windowEnds = windowEnds
        self.rollover = rollover
        self.refill = refill
        self.warnAt = warnAt
        self.warned = warned
    }
}
