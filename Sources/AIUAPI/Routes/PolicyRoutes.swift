internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

extension Routes {
    private static let mostVersions: Int64 = 1000
    private static let usualVersions: Int64 = 50

    /// What VMs and people may do.
    static let policies: [Route] = [
        Route(
            method: .get, template: "/v1/policy", identifier: "showPolicy", permission: .see,
            summary: "The policy in force, with its document.", answer: .json(200, .reference("PolicyView"))
        ) { _, context async throws(Failure) in
            try .value(try await context.control.policy())
        },
        Route(
            method: .post, template: "/v1/policy", identifier: "applyPolicy", permission: .administer,
            summary: "Says what a new policy would change, or puts it in force: wholly or not at all.",
            body: .json("ApplyPolicy", optional: false), answer: .json(200, .reference("PolicyOutcome")),
            refusals: [.invalid, .notFound, .conflict, .noSpace]
        ) { request, context async throws(Failure) in
            let order = try request.decode(ApplyPolicy.self)
            return try .value(try await context.control.apply(order, by: request.caller.description))
        },
        Route(
            method: .get, template: "/v1/policy/explanation", identifier: "explainPolicy", permission: .see,
            summary: "What is in force for a user and a VM, and which scope and line decided.",
            query: [
                .init(name: "user", schema: .text(atMost: 256), note: "A name or number; whoever asks when left out."),
                .init(name: "vm", schema: .text(atMost: 63), note: "A VM's name."),
                .init(name: "tool", schema: .text(atMost: 64), note: "Whether this tool may be used."),
                .init(name: "model", schema: .text(atMost: 64), note: "Whether this model may be used."),
                .init(name: "field", schema: .text(atMost: 256), note: "Only this, such as `tokens.per_query`."),
            ], answer: .json(200, .reference("PolicyExplanation")), refusals: [.invalid, .notFound]
        ) { request, context async throws(Failure) in
            let question = ExplainPolicy(
                subject: try subject(request), tool: request.query["tool"], model: request.query["model"],
                field: request.query["field"])
            let kinds = [question.tool, question.model, question.field]
            guard kinds.count(where: { $0 != nil }) <= 1 else {
                throw Failure(.invalid, "ask for one of `tool`, `model` and `field`")
            }
            return try .value(try await context.control.explain(question))
        },
        Route(
            method: .get, template: "/v1/policy/history", identifier: "policyHistory", permission: .see,
            summary: "The versions of the policy, the newest first.",
            query: [
                .init(
                    name: "limit", schema: .integer(1...mostVersions),
                    note: "How many at most; \(usualVersions) when left out.")
            ], answer: .json(200, .array(of: .reference("PolicyVersion"))), refusals: [.invalid]
        ) { request, context async throws(Failure) in
            let limit = Int(request.number("limit") ?? usualVersions)
            return try .value(try await context.control.policyHistory(limit: limit))
        },
        Route(
            method: .get, template: "/v1/policy/history/{version}", identifier: "policyVersion", permission: .see,
            summary: "One version of the policy, with its document.",
            answer: .json(200, .reference("PolicyVersion")), refusals: [.invalid, .notFound]
        ) { request, context async throws(Failure) in
            let text = request.path["version"] ?? ""
            guard let number = Int64(text), number >= 0 else {
                throw Failure(.invalid, "'\(text.prefix(32))' is not the number of a version")
            }
            return try .value(try await context.control.policyVersion(number))
        },
    ]

    private static func subject(_ request: Request) throws(Failure) -> PolicySubject {
        let vm = try request.query["vm"].map { text throws(Failure) in try Request.name(text) }
        guard let user = request.query["user"] else {
            // Of a VM alone, what holds for its owner is asked.
            return vm == nil ? request.caller.subject() : PolicySubject(vm: vm)
        }
        if let number = UInt32(user) { return PolicySubject(user: number, vm: vm) }
        return PolicySubject(user: UserNames.number(of: user), name: user, vm: vm)
    }
}
