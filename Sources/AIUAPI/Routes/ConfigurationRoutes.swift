internal import AIUModel

extension Routes {
    private static let mostRevisions: Int64 = 1000
    private static let usualRevisions: Int64 = 50

    /// What VMs live by.
    static let configurations: [Route] = [
        Route(
            method: .get, template: "/v1/vms/{name}/configuration", identifier: "readConfiguration", permission: .see,
            summary: "A VM's configuration, its revision and what of it waits for the next start.",
            answer: .json(200, .reference("ConfigurationView")), refusals: [.invalid, .notFound]
        ) { request, context async throws(Failure) in
            try .value(try await context.control.configuration(of: try request.name()))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/configuration", identifier: "applyConfiguration",
            permission: .operate,
            summary: "Says what a change of configuration would do, or does it: pushed, confirmed, or undone.",
            body: .json("ApplyConfiguration", optional: false),
            answer: .json(200, .reference("ConfigurationOutcome")),
            refusals: [.invalid, .notFound, .conflict, .busy, .unavailable, .timedOut]
        ) { request, context async throws(Failure) in
            let order = try request.decode(ApplyConfiguration.self)
            let ways = [order.document != nil, order.changes != nil, order.rollbackTo != nil]
            guard ways.count(where: { $0 }) == 1 else {
                throw Failure(.invalid, "give exactly one of `document`, `changes` and `rollbackTo`")
            }
            return try .value(try await context.control.apply(order, to: try request.name()))
        },
        Route(
            method: .get, template: "/v1/vms/{name}/configuration/history", identifier: "configurationHistory",
            permission: .see,
            summary: "A VM's configurations, the newest first.",
            query: [
                .init(
                    name: "limit", schema: .integer(1...mostRevisions),
                    note: "How many at most; \(usualRevisions) when left out.")
            ],
            answer: .json(200, .array(of: .reference("ConfigurationRevision"))), refusals: [.invalid, .notFound]
        ) { request, context async throws(Failure) in
            let limit = Int(request.number("limit") ?? usualRevisions)
            return try .value(
                try await context.control.configurationHistory(of: try request.name(), limit: limit))
        },
    ]
}
