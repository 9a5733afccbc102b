package import AIUJSON

/// The section `tokens` of a policy: how many tokens one request, one session and everybody together may use.
package struct TokenRules: PolicySection {
    /// Prompt and answer of one request.
    package var perQuery: Int?
    /// One answer.
    package var perResponse: Int?
    /// All that one person asks in one VM from its start to its end.
    package var perSession: Int?
    /// The answer of one request in which this tool runs.
    package var perTool: [ToolName: Int]
    package var budgets: [TokenBudget]

    package static let fields = ["per_query", "per_response", "per_session", "per_tool", "budgets"]
    package static let mostBudgets = 16

    package init(
        perQuery: Int? = nil, perResponse: Int? = nil, perSession: Int? = nil,
        perTool: [ToolName: Int] = [:],
        budgets: [TokenBudget] = []
    ) {
        self.perQuery = perQuery
        self.perResponse = perResponse
        self.perSession = perSession
        self.perTool = perTool
        self.budgets = budgets
    }

    /// What a VM's own configuration says.
    package init(_ limits: TokenLimits) {
        self.init(
            perQuery: limits.maxPerQuery, perResponse: limits.responseMax,
            perSession: limits.sessionBudget,
            perTool: limits.perTool)
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: Self.fields)
        perQuery = try object.number("per_query", TokenBudget.amounts)
        perResponse = try object.number("per_response", TokenBudget.amounts)
        perSession = try object.number("per_session", TokenBudget.amounts)
        perTool = try object.read("per_tool", Self.tools) ?? [:]
        budgets =
            try object.list("budgets", atMost: Self.mostBudgets) {
                (node: JSONNode) throws(PolicyProblem) in
                try TokenBudget(node)
            } ?? []
        for (index, budget) in budgets.enumerated()
        where budgets[..<index].contains(where: { $0.name == budget.name }) {
            throw PolicyProblem(
                at: Self.place(index, "name"), "`\(budget.name)` is the name of an earlier budget too")
        }
        if let perQuery, let perResponse, perResponse > perQuery {
            throw PolicyProblem(
                at: JSONPath([.member("per_response")]),
                "is \(perResponse), more than the \(perQuery) of per_query, which holds for prompt and answer together"
            )
        }
    }

    private static func tools(_ node: JSONNode) throws(PolicyProblem) -> [ToolName: Int] {
        var tools: [ToolName: Int] = [:]
        let known = ToolName.allCases.map(\.rawValue)
        for member in try PolicyObject(node).members {
            guard let tool = ToolName(rawValue: member.name) else {
                let hint = NearestName.find(member.name, in: known).map { "; did you mean `\($0)`?" } ?? ""
                throw PolicyProblem(
                    JSONNode(member.value.value, at: member.namePosition), "is not the name of a tool\(hint)",
                    at: JSONPath([.member(member.name)]))
            }
            do throws(PolicyProblem) {
                tools[tool] = try PolicyObject.number(member.value, TokenBudget.amounts)
            } catch {
                throw error.inside(member.name)
            }
        }
        return tools
    }

    package func check(within outer: TokenRules) throws(PolicyProblem) {
        try Self.check(JSONPath([.member("per_query")]), perQuery, outer.perQuery)
        try Self.check(JSONPath([.member("per_response")]), perResponse, outer.perResponse)
        try Self.check(JSONPath([.member("per_session")]), perSession, outer.perSession)
        for (tool, tokens) in perTool.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try Self.check(
                JSONPath([.member("per_tool"), .member(tool.rawValue)]), tokens, outer.perTool[tool])
        }
        for (index, budget) in budgets.enumerated() {
            let wider = outer.budgets.first { Self.isWidened($0, by: budget) }
            guard let wider else { continue }
            throw PolicyProblem(
                at: Self.place(index, "tokens"),
                "is \(budget.tokens), more than the \(wider.tokens) of the budget `\(wider.name)` of an outer scope for "
                    + "the same \(budget.window == .never ? "time" : budget.window.rawValue)")
        }
    }

    /// Both count at least the same requests in the same time, so the inner one could never be reached.
    private static func isWidened(_ outer: TokenBudget, by inner: TokenBudget) -> Bool {
        outer.window == inner.window && (outer.each == nil || outer.each == inner.each) && outer.refill == nil
            && inner.tokens > outer.tokens + outer.rollover.most
    }

    /// As an outer scope sees what a user's or VM's own scope says: a budget there is that of each of one.
    func seen(from scope: PolicyScope) -> TokenRules {
        let each: TokenBudget.Each
        switch scope {
        case .host, .project: return self
        case .user: each = .user
        case .vm: each = .vm
        }
        var rules = self
        for index in rules.budgets.indices where rules.budgets[index].each == nil { rules.budgets[index].each = each }
        return rules
    }

    private static func check(_ path: JSONPath, _ inner: Int?, _ outer: Int?) throws(PolicyProblem) {
        guard let inner, let outer, inner > outer else { return }
        throw PolicyProblem(at: path, "is \(inner), more than the \(outer) of an outer scope")
    }

    private static func place(_ index: Int, _ field: String) -> JSONPath {
        JSONPath([.member("budgets"), .element(index), .member(field)])
    }

    /// The limits of a single request are the smaller ones; budgets are counted in each scope by themselves, so that
    /// here they only stand beside each other.
    package func tightened(by inner: TokenRules) -> TokenRules {
        TokenRules(
            perQuery: Self.least(perQuery, inner.perQuery),
            perResponse: Self.least(perResponse, inner.perResponse),
            perSession: Self.least(perSession, inner.perSession),
            perTool: perTool.merging(inner.perTool, uniquingKeysWith: min),
            budgets: budgets + inner.budgets.filter { !budgets.contains($0) })
    }

    private static func least(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    package var json: JSON {
        let limits: [JSON.Member] = [
            ("per_query", perQuery), ("per_response", perResponse), ("per_session", perSession),
        ].compactMap { name, tokens in tokens.map { JSON.Member(name, .integer(Int64($0))) } }
        let tools = perTool.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { JSON.Member($0.key.rawValue, .integer(Int64($0.value))) }
        return .object(
            limits + (tools.isEmpty ? [] : [.init("per_tool", .object(tools))])
                + (budgets.isEmpty ? [] : [.init("budgets", .array(budgets.map(\.json)))]))
    }
}
