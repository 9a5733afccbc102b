internal import AIUModel
internal import AIUPolicy

extension Routes {
    private static let startLimit: Duration = .seconds(60)
    private static let view = Schema.reference("VMView")
    private static let oneVM: [Failure.Reason] = [.invalid, .notFound]

    static let selector = Route.Parameter(
        name: "selector", schema: .text(atMost: 4096), note: "Only VMs with all of these labels: `team=docs,tier=test`."
    )

    /// VMs and their lives.
    static let vms: [Route] = [
        Route(
            method: .get, template: "/v1/vms", identifier: "listVMs", permission: .see,
            summary: "All VMs, sorted by name.",
            query: [selector], answer: .json(200, .array(of: view)), refusals: [.invalid]
        ) { request, context async throws(Failure) in
            let selector = try request.selector()
            let caller = request.caller
            return try .value(
                await context.control.list().filter {
                    caller.reaches($0.record.name) && selector?.matches($0.record.labels) ?? true
                })
        },
        Route(
            method: .post, template: "/v1/vms", identifier: "createVM", permission: .operate,
            summary: "Makes a VM, and starts it if asked.",
            body: .json("CreateVM", optional: true), answer: .json(201, view),
            refusals: [.invalid, .conflict, .unavailable, .timedOut, .noSpace]
        ) { request, context async throws(Failure) in
            var order = try request.decode(CreateVM.self)
            order.owner = request.owner
            return try .value(try await context.control.create(order), status: 201)
        },
        Route(
            method: .get, template: "/v1/vms/{name}", identifier: "inspectVM", permission: .see,
            summary: "Everything known of a VM.",
            answer: .json(200, view), refusals: oneVM
        ) { request, context async throws(Failure) in
            try .value(try await context.control.inspect(try request.name()))
        },
        Route(
            method: .delete, template: "/v1/vms/{name}", identifier: "deleteVM", permission: .operate,
            summary: "Removes a VM; unless it is ephemeral its disk is kept for a time, so that it can be recovered.",
            query: [
                .init(name: "force", schema: .boolean, note: "Also when it runs."),
                .init(name: "purge", schema: .boolean, note: "For good, with its disk."),
            ], answer: .none(204),
            refusals: oneVM + [.conflict, .busy]
        ) { request, context async throws(Failure) in
            let order = DeleteVM(force: request.flag("force"), purge: request.flag("purge"))
            try await context.control.delete(try request.name(), order)
            return .empty
        },
        Route(
            method: .post, template: "/v1/vms/{name}/start", identifier: "startVM", permission: .operate,
            summary: "Boots a VM; answers when its agent is ready.", body: .json("StartVM", optional: true),
            answer: .json(200, view), refusals: oneVM + [.conflict, .busy, .unavailable, .timedOut]
        ) { request, context async throws(Failure) in
            let order = try request.decode(StartVM.self)
            let limit = order.timeoutMilliseconds.wait(otherwise: startLimit)
            return try .value(try await context.control.start(try request.name(), within: limit))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/stop", identifier: "stopVM", permission: .operate,
            summary: "Ends a VM; its disk stays.",
            body: .json("StopVM", optional: true), answer: .json(200, view), refusals: oneVM + [.conflict, .busy]
        ) { request, context async throws(Failure) in
            try .value(try await context.control.stop(try request.name(), try request.decode(StopVM.self)))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/restart", identifier: "restartVM", permission: .operate,
            summary: "Stops and starts a VM; answers when its agent is ready.",
            body: .json("RestartVM", optional: true), answer: .json(200, view),
            refusals: oneVM + [.conflict, .busy, .unavailable, .timedOut]
        ) { request, context async throws(Failure) in
            let order = try request.decode(RestartVM.self)
            let stop = StopVM(force: order.force, timeoutMilliseconds: order.stopTimeoutMilliseconds)
            let limit = order.timeoutMilliseconds.wait(otherwise: startLimit)
            return try .value(try await context.control.restart(try request.name(), stop, within: limit))
        },
        Route(
            method: .post, template: "/v1/vms/{name}/ping", identifier: "pingVM", permission: .see,
            summary: "Measures the way to a VM's agent and back.",
            answer: .json(200, .reference("PingResult")), refusals: oneVM + [.conflict, .unavailable, .timedOut]
        ) { request, context async throws(Failure) in
            let time = try await context.control.ping(try request.name())
            return try .value(PingResult(milliseconds: time / .milliseconds(1)))
        },
    ]
}
