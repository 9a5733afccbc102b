internal import AIUJSON
internal import AIUModel

extension Routes {
    private static let view = Schema.reference("NetworkView")
    private static let oneVM: [Failure.Reason] = [.invalid, .notFound]
    private static let mostDecisions: Int64 = 1000
    private static let usualDecisions: Int64 = 100

    /// What VMs reach.
    static let networks: [Route] = [
        Route(
            method: .get, template: "/v1/networks", identifier: "listNetworks", permission: .see,
            summary: "What the VMs that run may reach and have used, sorted by name.",
            answer: .json(200, .array(of: view))
        ) { _, context async throws(Failure) in
            try .value(await context.control.networks())
        },
        Route(
            method: .get, template: "/v1/vms/{name}/network", identifier: "readNetwork", permission: .see,
            summary: "What a VM may reach, by which rules of which scope, and how much of it it has used.",
            answer: .json(200, view), refusals: oneVM
        ) { request, context async throws(Failure) in
            try .value(try await context.control.network(of: try request.name()))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/network", identifier: "changeNetwork", permission: .administer,
            summary: """
                Lets a VM reach a host, or not any more: by its configuration for a host alone, by the policy for ports, \
                methods and paths. It holds at once.
                """,
            body: .json("ChangeNetwork", optional: false), answer: .json(200, view),
            refusals: oneVM + [.conflict, .busy, .unavailable, .timedOut]
        ) { request, context async throws(Failure) in
            let change = try request.decode(ChangeNetwork.self)
            return try .value(
                try await context.control.changeNetwork(of: try request.name(), change, by: request.author))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/network/test", identifier: "testNetwork", permission: .operate,
            summary: "Says whether a VM's request would be let through, and by which rule; tries it when asked.",
            body: .json("TestNetwork", optional: false), answer: .json(200, .reference("NetworkAnswer")),
            refusals: oneVM + [.unavailable, .timedOut]
        ) { request, context async throws(Failure) in
            try .value(
                try await context.control.testNetwork(of: try request.name(), try request.decode(TestNetwork.self)))
        },
        Route(
            method: .get, template: "/v1/vms/{name}/network/decisions", identifier: "networkDecisions",
            permission: .read,
            summary: "The newest decisions about what a VM wanted to reach, or server-sent events that go on.",
            query: [
                .init(
                    name: "limit", schema: .integer(0...mostDecisions),
                    note: "How many at most; \(usualDecisions) when left out."),
                .init(name: "follow", schema: .boolean, note: "Server-sent events, of these and of all that come."),
            ],
            answer: .events(.array(of: .reference("EgressDecision"))), refusals: oneVM, endsWithClient: true,
            disclosesContents: true
        ) { request, context async throws(Failure) in
            let name = try request.name()
            let limit = Int(request.number("limit") ?? usualDecisions)
            // Asked for first: what comes in between is told twice rather than not at all.
            let next = request.flag("follow") ? try await context.control.decisionStream(of: name) : nil
            let past = limit == 0 ? [] : try await context.control.decisions(of: name, limit: limit)
            guard let next else { return try .value(past) }
            let heartbeat = context.settings.heartbeat
            return .stream(type: Response.eventStream) { stream in
                await stream.stayAlive(every: heartbeat) {
                    for decision in past { guard await send(decision, to: stream) else { return } }
                    for await decision in next { guard await send(decision, to: stream) else { return } }
                }
                return nil
            }
        },
    ]

    private static func send(_ decision: EgressDecision, to stream: ByteStream) async -> Bool {
        // A decision without a JSON form would be a broken promise of the model; the reader starts anew.
        guard let data = try? JSONText.encodeString(decision) else { return false }
        return await stream.write(Array("data: \(data)\n\n".utf8))
    }

    /// What guests use without knowing it.
    static let secrets: [Route] = [
        Route(
            method: .get, template: "/v1/secrets", identifier: "listSecrets", permission: .operate,
            summary: "Names, hosts and placeholders of all secrets; never a value.",
            answer: .json(200, .array(of: .reference("SecretSummary")))
        ) { _, context async throws(Failure) in
            try .value(try await context.control.secrets())
        },
        Route(
            method: .put, template: "/v1/secrets/{secret}", identifier: "setSecret", permission: .administer,
            summary: "Keeps a secret for requests to these hosts, or replaces the one of that name.",
            body: .json("SetSecret", optional: false), answer: .json(200, .reference("SecretSummary")),
            refusals: [.invalid, .conflict, .noSpace]
        ) { request, context async throws(Failure) in
            try .value(
                try await context.control.setSecret(
                    request.path["secret"] ?? "", try request.decode(SetSecret.self)))
        },
        Route(
            method: .delete, template: "/v1/secrets/{secret}", identifier: "removeSecret", permission: .administer,
            summary: "Forgets a secret.", answer: .none(204), refusals: [.notFound]
        ) { request, context async throws(Failure) in
            try await context.control.removeSecret(request.path["secret"] ?? "")
            return .empty
        },
    ]
}
