internal import AIUModel
internal import AIUSystem
internal import AIUWire

extension Routes {
    private static let refusals: [Failure.Reason] = [.invalid, .notFound, .conflict, .unavailable, .timedOut]
    /// How much longer than the agent the supervisor waits.
    private static let grace: Duration = .seconds(5)

    /// Commands and copies in running VMs.
    static let operations: [Route] = [
        Route(
            method: .post, template: "/v1/vms/{name}/exec", identifier: "execute", permission: .operate,
            summary: "Runs a command in a VM and answers when it has ended.",
            body: .json("ExecuteVM", optional: false), answer: .json(200, .reference("ExecuteResult")),
            refusals: refusals, endsWithClient: true
        ) { request, context async throws(Failure) in
            let plan = try plan(try request.decode(ExecuteVM.self))
            return try .value(try await context.operations.run(plan, in: try request.name()))
        },
        Route(
            method: .get, template: "/v1/vms/{name}/operations", identifier: "operate", permission: .see,
            summary:
                "Upgrades to `aiu-operation`: the first frame says what is wanted, the rest is the agent's protocol.",
            answer: .upgrade, refusals: [.invalid, .notFound, .unavailable]
        ) { request, context async throws(Failure) in
            try request.checkUpgrade(to: APIVersion.operationUpgrade)
            let name = try request.name()
            _ = try await context.control.inspect(name)
            let operations = context.operations
            let place = try operations.reserve()
            let caller = request.caller
            return .upgrade(to: APIVersion.operationUpgrade) {
                operations.accept($0, in: name, for: caller, place: place)
            }
        },
    ]

    private static func plan(_ wanted: ExecuteVM) throws(Failure) -> CommandSession.Plan {
        guard let program = wanted.command.first, !program.isEmpty else {
            throw Failure(.invalid, "`command` names no program")
        }
        for text in wanted.command + (wanted.environment ?? []) where text.utf8.contains(0) {
            throw Failure(.invalid, "a command's arguments and environment cannot contain a NUL character")
        }
        for pair in wanted.environment ?? []
        where pair.first == "=" || !pair.contains("=") {
            // The entry itself may be a secret, and refusals are recorded.
            throw Failure(.invalid, "`environment` has an entry that is not of the form NAME=value")
        }
        var input = Array((wanted.input ?? "").utf8)
        if let text = wanted.inputBase64 {
            guard wanted.input == nil else { throw Failure(.invalid, "give `input` or `inputBase64`, not both") }
            guard let bytes = Base64.decode(text) else { throw Failure(.invalid, "`inputBase64` is not Base64 text") }
            input = bytes
        }
        let timeout = wanted.timeoutMilliseconds ?? ExecuteVM.defaultTimeoutMilliseconds
        let limit = wanted.outputLimit ?? ExecuteVM.largestOutput
        let request = ExecuteRequest(
            command: wanted.command, environment: wanted.environment ?? [], directory: wanted.directory,
            user: wanted.user, input: !input.isEmpty, timeoutMilliseconds: timeout, outputLimit: limit)
        return .init(
            request: request, input: input, outputLimit: limit, deadline: .milliseconds(timeout) + grace)
    }
}
