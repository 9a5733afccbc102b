package import AIUModel

extension Calls {
    /// Whose and which budgets: the caller's own where nothing is said.
    package struct TokenQuestion: Sendable {
        package var user: String?
        package var vm: VMName?
        package var project: String?

        package init(user: String? = nil, vm: VMName? = nil, project: String? = nil) {
            self.user = user
            self.vm = vm
            self.project = project
        }

        fileprivate var query: [(String, String)] {
            [("user", user), ("vm", vm?.text), ("project", project)]
                .compactMap { name, value in value.map { (name, $0) } }
        }
    }

    private static let budgets = ["v1", "tokens"]

    package static func tokenBudgets(_ question: TokenQuestion) -> Request {
        Request(.get, budgets, query: question.query, purpose: "reading the token budgets")
    }

    package static func tokenForecast(_ question: TokenQuestion) -> Request {
        Request(.get, budgets + ["forecast"], query: question.query, purpose: "forecasting the token budgets")
    }

    package static func tokenHistory(_ question: TokenQuestion, since: Int64?, limit: Int?) -> Request {
        let more = [("since", since.map { "\($0)" }), ("limit", limit.map { "\($0)" })]
            .compactMap { name, value in value.map { (name, $0) } }
        return Request(
            .get, budgets + ["history"], query: question.query + more, purpose: "reading the requests for tokens")
    }

    package static func grantTokens(_ order: GrantTokens) throws(ClientError) -> Request {
        Request(
            .post, budgets + ["grants"], body: try Client.encode(order),
            purpose: "granting tokens to the budget '\(order.budget)'")
    }
}
