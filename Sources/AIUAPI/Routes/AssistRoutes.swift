internal import AIUJSON
internal import AIUModel
internal import AIUWire
internal import Synchronization

extension Routes {
    private static let refusals: [Failure.Reason] = [
        .invalid, .notFound, .conflict, .unsupported, .unavailable, .timedOut, .exhausted,
    ]

    /// The assistant in a running VM.
    static let assist: [Route] = [
        Route(
            method: .post, template: "/v1/vms/{name}/prompts", identifier: "prompt", permission: .operate,
            summary: """
                Answers a prompt with the VM's model and tools. With `Accept: text/event-stream` what happens comes as \
                server-sent events, the last of them `answer` or `failed`.
                """,
            body: .json("PromptVM", optional: false), answer: .events(.reference("PromptAnswer")), refusals: refusals,
            endsWithClient: true
        ) { request, context async throws(Failure) in
            let name = try request.name()
            let wanted = try request.decode(PromptVM.self)
            let limit = Duration.milliseconds(wanted.timeoutMilliseconds ?? PromptVM.defaultTimeoutMilliseconds)
            let events = try await context.operations.ask(
                .prompt(try prompt(wanted)), in: name, for: request.caller,
                recorded: request.running?.audited, within: limit)
            if request.headers["accept"]?.contains(Response.eventStream) == true {
                let heartbeat = context.settings.heartbeat
                return .stream(type: Response.eventStream) { stream in
                    let outcome = Mutex<Failure?>(left)
                    await stream.stayAlive(every: heartbeat) {
                        let failure = await send(events, to: stream)
                        outcome.withLock { $0 = failure }
                    }
                    return outcome.withLock { $0 }
                }
            }
            guard case .answer(let answer)? = try await last(of: events) else { throw nonsense }
            return try .value(answer)
        },
        Route(
            method: .get, template: "/v1/vms/{name}/tools", identifier: "listTools", permission: .see,
            summary: "All tools, and whether each can be used in this VM.",
            answer: .json(200, .array(of: .reference("ToolDescription"))), refusals: refusals, endsWithClient: true
        ) { request, context async throws(Failure) in
            let limit = Duration.milliseconds(PromptVM.defaultTimeoutMilliseconds)
            let events = try await context.operations.ask(
                .tools(), in: try request.name(), for: request.caller,
                recorded: request.running?.audited, within: limit)
            guard case .tools(let tools)? = try await last(of: events) else { throw nonsense }
            return try .value(tools)
        },
        Route(
            method: .post, template: "/v1/vms/{name}/tools/{tool}", identifier: "runTool", permission: .operate,
            summary: "Runs a tool without the model.", body: .json("RunTool", optional: true),
            answer: .json(200, .reference("ToolCallReport")), refusals: refusals, endsWithClient: true
        ) { request, context async throws(Failure) in
            let wanted = try request.decode(RunTool.self)
            let order = ToolRequest(
                tool: request.path["tool"] ?? "", arguments: wanted.arguments ?? .emptyObject,
                files: wanted.files ?? [], confirmed: wanted.confirmed ?? false, resultsFolder: wanted.resultsFolder)
            let limit = Duration.milliseconds(wanted.timeoutMilliseconds ?? PromptVM.defaultTimeoutMilliseconds)
            let events = try await context.operations.ask(
                .tool(order), in: try request.name(), for: request.caller,
                recorded: request.running?.audited, within: limit)
            guard case .toolAnswer(let report)? = try await last(of: events) else { throw nonsense }
            return try .value(report)
        },
    ]

    private static let nonsense = Failure(
        .unavailable, "the VM's assistant answered with something that was not asked for")

    private static func prompt(_ wanted: PromptVM) throws(Failure) -> PromptRequest {
        guard wanted.text.contains(where: { !$0.isWhitespace }) else { throw Failure(.invalid, "`text` is empty") }
        guard wanted.text.utf8.count <= PromptRequest.longestText else {
            throw Failure(
                .invalid,
                "`text` has \(wanted.text.utf8.count) bytes; at most \(PromptRequest.longestText) can be understood")
        }
        return PromptRequest(
            text: wanted.text, files: wanted.files ?? [], conversation: wanted.conversation, model: wanted.model,
            confirmed: wanted.confirmed ?? false, ephemeral: wanted.ephemeral ?? false,
            resultsFolder: wanted.resultsFolder)
    }

    private static func last(of events: AssistEvents) async throws(Failure) -> AssistEvent? {
        try await events.hear { _ in true }
    }

    private static let left = Failure(.unavailable, "whoever asked had left before the answer was whole")

    private static func send(_ events: AssistEvents, to stream: ByteStream) async -> Failure? {
        do throws(Failure) {
            guard let last = try await events.hear({ event in await stream.write(serverSent(event)) }) else {
                return left
            }
            return await stream.write(serverSent(last)) ? nil : left
        } catch {
            _ = await stream.write(failedEvent(error))
            return error
        }
    }

    /// An event by its name, with what it carries as data.
    private static func serverSent(_ event: AssistEvent) -> [UInt8] {
        switch event {
        case .stage(let report): text(event.name, report)
        case .confirm(let question): text(event.name, question)
        case .text(let piece): text(event.name, piece)
        case .answer(let answer): text(event.name, answer)
        case .toolAnswer, .tools, .models, .conversations, .conversation, .facts, .document, .done:
            failedEvent(nonsense)
        }
    }

    static func failedEvent(_ failure: Failure) -> [UInt8] { text("failed", ErrorAnswer(error: failure)) }

    private static func text(_ name: String, _ value: some Encodable) -> [UInt8] {
        // What came as JSON has a JSON form; were it otherwise, the event is only named.
        let data = (try? JSONText.encodeString(value)) ?? "{}"
        return Array("event: \(name)\ndata: \(data)\n\n".utf8)
    }
}
