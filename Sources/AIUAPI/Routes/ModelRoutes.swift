internal import AIUModel
internal import AIUSystem

extension Routes {
    private static let view = Schema.reference("ModelView")
    private static let oneModel: [Failure.Reason] = [.invalid, .notFound]

    /// Models, from file to role.
    static let models: [Route] = [
        Route(
            method: .get, template: "/v1/models", identifier: "listModels", permission: .see,
            summary: "All models, sorted by name.",
            answer: .json(200, .array(of: view))
        ) { _, context async throws(Failure) in
            try .value(try await context.control.models())
        },
        Route(
            method: .post, template: "/v1/models", identifier: "addModel", permission: .administer,
            summary: """
                Upgrades to `aiu-archive`: the client sends `data` frames with a GGUF file and `done`; the answer is \
                `done` with the model's view, or `failed`.
                """,
            query: [
                .init(name: "name", schema: .text(atMost: 63), note: "What the model shall be called.", required: true),
                .init(name: "role", schema: .choice(ModelRole.self), note: "What it becomes the default for."),
                .init(
                    name: "size", schema: .count, note: "How many bytes will come; so that too many are refused now."),
            ],
            answer: .upgrade, refusals: [.invalid, .conflict, .noSpace, .unsupported, .damaged, .unavailable]
        ) { request, context async throws(Failure) in
            try request.checkUpgrade(to: APIVersion.archiveUpgrade)
            let order = AddModel(
                name: try Request.modelName(request.query["name"] ?? ""),
                role: try request.query["role"].map { text throws(Failure) in try Request.modelRole(text) },
                size: request.number("size").flatMap { UInt64(exactly: $0) }.map { ByteCount(bytes: $0) })
            let place = try context.operations.reserve()
            let machine = HeldDescriptor(owning: try await context.control.beginAdding(order))
            context.log.info("\(request.actor): adding the model \(order.name): begun")
            let operations = context.operations
            return .upgrade(to: APIVersion.archiveUpgrade) {
                operations.connect($0, to: machine, for: request.running, isFramed: true, place: place)
            }
        },
        Route(
            method: .get, template: "/v1/models/{model}", identifier: "inspectModel", permission: .see,
            summary: "Everything known of a model.", answer: .json(200, view), refusals: oneModel
        ) { request, context async throws(Failure) in
            try .value(try await context.control.model(try request.modelName()))
        },
        Route(
            method: .get, template: "/v1/models/{model}/estimate", identifier: "estimateModel", permission: .see,
            summary: "How much memory a model needs, and whether that fits.",
            query: [
                .init(
                    name: "context", schema: .integer(1...2_147_483_648),
                    note: "Tokens of context; \(ModelEstimate.usualContext), or what the model has, when left out."),
                .init(name: "memory", schema: .count, note: "A VM's memory in bytes, to see whether it is enough."),
            ],
            answer: .json(200, .reference("ModelEstimate")), refusals: oneModel
        ) { request, context async throws(Failure) in
            let memory = request.number("memory").flatMap { UInt64(exactly: $0) }.map { ByteCount(bytes: $0) }
            return try .value(
                try await context.control.estimate(
                    try request.modelName(), contextLength: request.number("context").map { Int($0) }, memory: memory))
        },
        Route(
            method: .post, template: "/v1/models/{model}/tokens", identifier: "countTokens", permission: .see,
            summary: "How many tokens a text has by a model's vocabulary, as prompts and answers are counted.",
            body: .json("CountTokens", optional: false), answer: .json(200, .reference("TokenCount")),
            refusals: oneModel + [.damaged, .unavailable]
        ) { request, context async throws(Failure) in
            let name = try request.modelName()
            let text = try request.decode(CountTokens.self).text
            guard text.utf8.count <= CountTokens.longestText else {
                throw Failure(
                    .invalid,
                    "`text` has \(text.utf8.count) bytes; at most \(CountTokens.longestText) are counted at once")
            }
            guard let counter = context.counter else {
                throw Failure(.unsupported, "this supervisor counts no tokens")
            }
            let tokens = try await counter.count(text, by: try await context.control.vocabulary(of: name))
            return try .value(TokenCount(model: name, tokens: tokens, bytes: text.utf8.count))
        },
        Route(
            method: .post, template: "/v1/models/{model}/verify", identifier: "verifyModel", permission: .operate,
            summary: "Reads a model's whole file again; one that is not what was added is `damaged`.",
            answer: .json(200, view), refusals: oneModel + [.damaged]
        ) { request, context async throws(Failure) in
            try .value(try await context.control.verify(try request.modelName()))
        },
        Route(
            method: .delete, template: "/v1/models/{model}", identifier: "removeModel", permission: .administer,
            summary: "Removes a model that nothing uses.", answer: .none(204), refusals: oneModel + [.conflict]
        ) { request, context async throws(Failure) in
            try await context.control.remove(try request.modelName())
            return .empty
        },
        Route(
            method: .put, template: "/v1/models/{model}/roles/{role}", identifier: "useModel", permission: .administer,
            summary: "Makes a model the default for a role, instead of the one that was.", answer: .json(200, view),
            refusals: oneModel
        ) { request, context async throws(Failure) in
            try .value(try await context.control.use(try request.modelName(), for: try request.modelRole()))
        },
        Route(
            method: .delete, template: "/v1/models/{model}/roles/{role}", identifier: "releaseModel",
            permission: .administer,
            summary: "Leaves a role without a default, if this model is it.", answer: .json(200, view),
            refusals: oneModel
        ) { request, context async throws(Failure) in
            try .value(try await context.control.release(try request.modelName(), from: try request.modelRole()))
        },
    ]
}
