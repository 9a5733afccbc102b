/// Asks for tokens before anything is generated.
package struct TokenRequest: Equatable, Sendable {
    package static let amounts = 0...1_000_000_000
    package static let mostBudgets = 128

    package var id: RequestID
    package var subject: TokenSubject
    /// The version of the policy that `limits` and `budgets` are from.
    package var policy: Int64
    /// What one request may use; its budgets are not looked at.
    package var limits: TokenRules
    /// In each of them the request is counted.
    package var budgets: [AppliedBudget]
    /// As the host counted it.
    package var promptTokens: Int
    /// The longest answer that is wished for.
    package var responseMax: Int
    /// The tool that runs in it, when that is known.
    package var tool: ToolName?

    package init(
        id: RequestID, subject: TokenSubject, policy: Int64, limits: TokenRules = TokenRules(),
        budgets: [AppliedBudget], promptTokens: Int, responseMax: Int, tool: ToolName? = nil
    ) {
        self.id = id
        self.subject = subject
        self.policy = policy
        self.limits = limits
        self.budgets = budgets
        self.promptTokens = promptTokens
        self.responseMax = responseMax
        self.tool = tool
    }
}
