package import AIUModel

extension LedgerState {
    /// What no honest caller asks for.
    static func check(_ request: TokenRequest) throws(LedgerRefusal) {
        guard TokenRequest.amounts.contains(request.promptTokens) else {
            throw .invalid("a prompt has 0 to \(TokenRequest.amounts.upperBound) tokens, not \(request.promptTokens)")
        }
        guard TokenRequest.amounts.contains(request.responseMax), request.responseMax > 0 else {
            throw .invalid("an answer has 1 to \(TokenRequest.amounts.upperBound) tokens, not \(request.responseMax)")
        }
        guard request.budgets.count <= TokenRequest.mostBudgets else {
            throw .invalid("a request is counted in at most \(TokenRequest.mostBudgets) budgets")
        }
        guard Set(request.budgets.map(\.account)).count == request.budgets.count else {
            throw .invalid("a request is counted in every budget once")
        }
    }

    /// How long an answer may be by the limits of a single request, and which of them made it shorter.
    package static func allowedByLimits(_ request: TokenRequest) throws(LedgerRefusal) -> (Int, String?) {
        var allowed = request.responseMax
        var limit: String?
        let limits = request.limits
        let tool = request.tool.flatMap { tool in limits.perTool[tool].map { ("per_tool of \(tool.rawValue)", $0) } }
        let perResponse = limits.perResponse.map { ("per_response", $0) }
        for (name, tokens) in [perResponse, tool].compactMap(\.self) where tokens < allowed {
            allowed = tokens
            limit = "the limit \(name) is \(tokens) tokens"
            if tokens < 1 { throw .limit("the limit \(name)", tokens, prompt: request.promptTokens) }
        }
        if let perQuery = limits.perQuery, perQuery - request.promptTokens < allowed {
            allowed = perQuery - request.promptTokens
            limit = "the limit per_query is \(perQuery) tokens, and the prompt has \(request.promptTokens)"
            if allowed < 1 { throw .limit("the limit per_query", perQuery, prompt: request.promptTokens) }
        }
        return (allowed, limit)
    }
}
