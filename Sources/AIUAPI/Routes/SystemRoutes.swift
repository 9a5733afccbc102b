internal import AIUModel

extension Routes {
    /// The supervisor itself.
    static let system: [Route] = [
        Route(
            method: .get, template: "/v1/system", identifier: "systemStatus", summary: "How the supervisor is.",
            answer: .json(200, .reference("SystemStatus")), anyVersion: true
        ) { _, context async throws(Failure) in
            try .value(await context.control.status())
        },
        Route(
            method: .get, template: "/v1/system/usage", identifier: "diskUsage", summary: "What takes how much disk.",
            answer: .json(200, .reference("DiskUsage"))
        ) { _, context async throws(Failure) in
            try .value(try await context.control.usage())
        },
        Route(
            method: .get, template: "/v1/system/health", identifier: "examineSystem",
            summary: "Examines what the supervisor depends on.",
            answer: .json(200, .array(of: .reference("HealthCheck")))
        ) { _, context async throws(Failure) in
            try .value(await context.control.examine())
        },
        Route(
            method: .post, template: "/v1/system/stop", identifier: "stopSystem",
            summary: "Ends the supervisor in order; VMs go on running.", answer: .none(202), anyVersion: true
        ) { _, context async throws(Failure) in
            // Not awaited: an orderly end waits for this very answer to be sent.
            Task { await context.control.shutDown() }
            return .whole(status: 202, type: nil, body: [], headers: [])
        },
        Route(
            method: .get, template: "/v1/version", identifier: "version", summary: "Which supervisor answers.",
            answer: .json(200, .reference("VersionAnswer")), anyVersion: true
        ) { _, _ async throws(Failure) in
            try .value(VersionAnswer())
        },
        Route(
            method: .get, template: "/v1/openapi.json", identifier: "openAPI", summary: "This document.",
            answer: .json(200, .document), anyVersion: true
        ) { _, _ async throws(Failure) in
            .whole(status: 200, type: Response.json, body: OpenAPI.text, headers: [])
        },
        Route(
            method: .get, template: "/healthz", identifier: "alive", summary: "Answers while the supervisor serves.",
            answer: .text, anyVersion: true
        ) { _, _ async throws(Failure) in
            .whole(status: 200, type: Response.text, body: Array("ok\n".utf8), headers: [])
        },
    ]
}
