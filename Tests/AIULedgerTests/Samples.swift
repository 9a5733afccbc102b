import AIULedger
import AIUModel

/// Requests and budgets for tests.
enum Samples {
    static let day: Int64 = 86_400_000
    /// 2026-11-21 12:00 UTC.
    static let noon: Int64 = 1_795_262_400_000

    static func id(_ text: String) -> RequestID { RequestID(text) ?? .random() }

    static func budget(
        _ name: String, _ tokens: Int, _ window: BudgetWindow = .day, rollover: BudgetRollover = .none,
        refill: BudgetRefill? = nil, warnAt: [Int] = []
    ) -> AppliedBudget {
        AppliedBudget(
            TokenBudget(
                name: name, tokens: tokens, window: window, rollover: rollover, refill: refill, warnAt: warnAt),
            of: .host, for: TokenSubject())
    }

    static func request(
        _ name: String, prompt: Int = 1, response: Int, _ budgets: [AppliedBudget], limits: TokenRules = TokenRules(),
        policy: Int64 = 1, tool: ToolName? = nil
    ) -> TokenRequest {
        TokenRequest(
            id: id(name), subject: TokenSubject(user: 1000), policy: policy, limits: limits, budgets: budgets,
            promptTokens: prompt, responseMax: response, tool: tool)
    }

    static let cell = CellID(slot: 0, tag: 1)
}
