internal import AIUModel
internal import AIUPolicy

extension Routes {
    /// The supervisor itself.
    static let system: [Route] = [
        Route(
            method: .get, template: "/v1/system", identifier: "systemStatus", permission: .see,
            summary: "How the supervisor is.",
            answer: .json(200, .reference("SystemStatus")), anyVersion: true
        ) { _, context async throws(Failure) in
            try .value(await context.control.status())
        },
        Route(
            method: .get, template: "/v1/system/usage", identifier: "diskUsage", permission: .see,
            summary: "What takes how much disk.",
            answer: .json(200, .reference("DiskUsage"))
        ) { _, context async throws(Failure) in
            try .value(try await context.control.usage())
        },
        Route(
            method: .get, template: "/v1/system/health", identifier: "examineSystem", permission: .see,
            summary: "Examines what the supervisor depends on.",
            answer: .json(200, .array(of: .reference("HealthCheck")))
        ) { _, context async throws(Failure) in
            try .value(await context.control.examine())
        },
        Route(
            method: .post, template: "/v1/system/stop", identifier: "stopSystem", permission: .administer,
            summary: "Ends the supervisor in order; VMs go on running.", answer: .none(202), anyVersion: true
        ) { _, context async throws(Failure) in
            // Not awaited: an orderly end waits for this very answer to be sent.
            Task { await context.control.shutDown() }
            return .whole(status: 202, type: nil, body: [], headers: [])
        },
        Route(
            method: .get, template: "/v1/whoami", identifier: "whoAmI", permission: nil,
            summary: "Who you are to the supervisor, and what you may do.", answer: .json(200, .reference("Identity")),
            answersByPerson: true
        ) { request, context async throws(Failure) in
            let caller = request.caller
            return try .value(
                Identity(
                    user: caller.person?.user, name: caller.person?.name, role: caller.role, token: caller.token?.name))
        },
        Route(
            method: .get, template: "/v1/version", identifier: "version", permission: nil,
            summary: "Which supervisor answers.",
            answer: .json(200, .reference("VersionAnswer")), anyVersion: true
        ) { _, _ async throws(Failure) in
            try .value(VersionAnswer())
        },
        Route(
            method: .get, template: "/v1/openapi.json", identifier: "openAPI", permission: nil,
            summary: "This document.",
            answer: .json(200, .document), anyVersion: true
        ) { _, _ async throws(Failure) in
            .whole(status: 200, type: Response.json, body: OpenAPI.text, headers: [])
        },
        Route(
            method: .get, template: "/healthz", identifier: "alive", permission: nil,
            summary: "Answers while the supervisor serves.",
            answer: .text, anyVersion: true
        ) { _, _ async throws(Failure) in
            .whole(status: 200, type: Response.text, body: Array("ok\n".utf8), headers: [])
        },
    ]
}
