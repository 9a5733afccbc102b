import AIUJSON

/// How many tokens may be spent; the host keeps the ledger.
package struct TokenLimits: Equatable, Sendable {
    /// What the next session has of what is left when one ends: nothing, all of it, or as much as one session at most.
    package enum Rollover: String, CaseIterable, Codable, Sendable {
        case none, carry, capped
    }

    package var maxPerQuery: Int
    package var sessionBudget: Int
    package var responseMax: Int
    package var perTool: [ToolName: Int]
    package var rollover: Rollover

    package init(
        maxPerQuery: Int, sessionBudget: Int, responseMax: Int, perTool: [ToolName: Int] = [:],
        rollover: Rollover = .none
    ) {
        self.maxPerQuery = maxPerQuery
        self.sessionBudget = sessionBudget
        self.responseMax = responseMax
        self.perTool = perTool
        self.rollover = rollover
    }

    var json: JSON {
        let tools = perTool.sorted { $0.key.rawValue < $1.key.rawValue }
        return [
            "max_per_query": .integer(Int64(maxPerQuery)), "session_budget": .integer(Int64(sessionBudget)),
            "response_max": .integer(Int64(responseMax)),
            "per_tool": .object(tools.map { JSON.Member($0.key.rawValue, .integer(Int64($0.value))) }),
            "rollover": .string(rollover.rawValue),
        ]
    }
}
