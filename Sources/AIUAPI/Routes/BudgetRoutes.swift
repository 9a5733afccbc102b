internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

extension Routes {
    private static let question: [Route.Parameter] = [
        .init(name: "user", schema: .text(atMost: 256), note: "A name or number; whoever asks when left out."),
        .init(
            name: "vm", schema: .text(atMost: 63),
            note: "As if this VM was asked: with its own budgets, and the session in it."),
        .init(name: "project", schema: .text(atMost: 64), note: "With the budgets of this project."),
    ]

    /// What the ledger says of tokens.
    static let budgets: [Route] = [
        Route(
            method: .get, template: "/v1/tokens", identifier: "showTokenBudgets", permission: .see,
            summary: "Every budget that a request of somebody would be counted in, and how it stands.",
            query: question, answer: .json(200, .array(of: .reference("TokenAccount"))),
            refusals: [.invalid, .denied, .notFound, .unavailable]
        ) { request, context async throws(Failure) in
            let budgets = try await TokenBudgets(try asked(request), for: request.caller, context)
            return try .value(try await ledger(context).accounts(budgets.applied))
        },
        Route(
            method: .get, template: "/v1/tokens/forecast", identifier: "forecastTokens", permission: .see,
            summary: "When each of these budgets runs out at the rate of the last seven days.",
            query: question, answer: .json(200, .array(of: .reference("TokenForecast"))),
            refusals: [.invalid, .denied, .notFound, .unavailable]
        ) { request, context async throws(Failure) in
            let budgets = try await TokenBudgets(try asked(request), for: request.caller, context)
            return try .value(try await ledger(context).forecast(budgets.applied))
        },
        Route(
            method: .get, template: "/v1/tokens/history", identifier: "tokenHistory", permission: .see,
            summary: "Requests that the ledger knows, the newest first; without a user or VM, your own.",
            query: [
                .init(name: "user", schema: .text(atMost: 256), note: "A name or number, or `all`."),
                .init(name: "vm", schema: .text(atMost: 63), note: "In this VM."),
                .init(name: "project", schema: .text(atMost: 64), note: "In this project."),
                .init(name: "id", schema: .text(atMost: 64), note: "This request."),
                .init(name: "since", schema: .count, note: "Milliseconds since 1970."),
                .init(
                    name: "limit", schema: .integer(1...Int64(TokenHistoryQuery.most)),
                    note: "How many at most; 100 when left out."),
            ], answer: .json(200, .array(of: .reference("TokenRecord"))), refusals: [.invalid, .denied, .unavailable]
        ) { request, context async throws(Failure) in
            try .value(try await ledger(context).history(try history(request)))
        },
        Route(
            method: .post, template: "/v1/tokens/grants", identifier: "grantTokens", permission: .administer,
            summary: "Gives a budget more tokens once, for its current window.",
            body: .json("GrantTokens", optional: false), answer: .json(200, .reference("TokenAccount")),
            refusals: [.invalid, .notFound, .conflict, .noSpace, .unavailable]
        ) { request, context async throws(Failure) in
            let order = try request.decode(GrantTokens.self)
            let question = TokenBudgets.Question(
                user: order.user, vm: order.vm, project: order.project)
            let budgets = try await TokenBudgets(question, for: request.caller, context)
            let budget = try budgets.named(order.budget)
            let account = try await ledger(context).grant(order.tokens, to: budget, policy: budgets.policy)
            return try .value(account)
        },
    ]

    private static func ledger(_ context: Route.Context) throws(Failure) -> any Ledger {
        guard let ledger = context.ledger else { throw Failure(.unsupported, "no ledger of tokens is kept here") }
        return ledger
    }

    private static func asked(_ request: Request) throws(Failure) -> TokenBudgets.Question {
        TokenBudgets.Question(
            user: request.query["user"],
            vm: try request.query["vm"].map { text throws(Failure) in try Request.name(text) },
            project: request.query["project"])
    }

    private static func history(_ request: Request) throws(Failure) -> TokenHistoryQuery {
        var query = TokenHistoryQuery(limit: Int(request.number("limit") ?? 100))
        query.vm = try request.query["vm"].map { text throws(Failure) in try Request.name(text) }
        query.project = request.query["project"]
        query.since = request.number("since")
        query.id = try request.query["id"].map { text throws(Failure) in
            guard let id = RequestID(text) else {
                throw Failure(.invalid, "'\(text)' does not name a request: a name is \(RequestID.rule)")
            }
            return id
        }
        let isNamed = request.query["user"] != nil
        let subject =
            request.query["user"] == "all"
            ? PolicySubject() : TokenBudgets.subject(.init(user: request.query["user"]), request.caller)
        // Whoever may see all of them need not name themselves.
        let permissions = request.caller.role?.permissions ?? []
        let seesAll = permissions.contains(.administer) || permissions.contains(.audit)
        if seesAll, !isNamed { return query }
        try TokenBudgets.refuse(isNamed, of: subject, to: request.caller)
        if request.query["user"] == "all" { return query }
        guard let user = subject.user else {
            throw Failure(.invalid, "requests are kept by users' numbers, and \(subject.name ?? "you") have none here")
        }
        query.user = user
        return query
    }
}
