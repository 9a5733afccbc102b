import AIUAPI
import AIUJSON
import AIUModel
import AIUPolicy
import AIUSystem
import Glibc
import Testing

struct TokenTests {
    private static func access(_ role: Role) throws -> Access {
        Access(RoleAssignments([role: [try #require(UserNames.name(of: geteuid()))]]), administrators: [])
    }

    private func make(_ api: Fixture, _ body: String) async throws -> NewAccessToken {
        let answer = try await api.ask("POST", "/v1/access-tokens", body: body)
        #expect(answer.status == 201, "\(answer.text)")
        return try JSONText.decode(NewAccessToken.self, from: answer.body)
    }

    private func bearer(_ secret: String) -> [String] { ["Authorization: Bearer \(secret)"] }

    @Test("a token stands for who made it, its secret is kept by nobody, and the audit names it")
    func stands() async throws {
        try await Fixture.with(vms: 2, access: try Self.access(.operator)) { (api: Fixture) async throws in
            let made = try await make(api, #"{"name":"ci","role":"viewer"}"#)
            #expect(made.secret.hasPrefix("aiu_\(made.token.id)_") && made.secret.utf8.count == 81)
            let who = try await api.ask("GET", "/v1/whoami", headers: bearer(made.secret))
            let identity = try JSONText.decode(Identity.self, from: who.body)
            #expect(identity.user == geteuid() && identity.role == .viewer && identity.token == "ci")
            #expect(try await api.ask("GET", "/v1/vms", headers: bearer(made.secret)).status == 200)
            let stop = try await api.ask("POST", "/v1/vms/vm-0000/stop", headers: bearer(made.secret))
            #expect(stop.status == 403)
            #expect(api.audit.all.last?.actor?.token == made.token.id && api.audit.all.last?.actor?.role == .viewer)
            let kept = try api.audit.all.map { try JSONText.encodeString($0) }.joined() + api.tokens.digests.joined()
            #expect(!kept.contains(made.secret.suffix(64)))
            #expect(try api.tokens.accessTokens().first?.used != nil)
            // A second of the same name, more than one has, and a token that makes tokens.
            #expect(
                try await api.ask("POST", "/v1/access-tokens", body: #"{"name":"ci","role":"viewer"}"#).status == 409)
            for role in ["admin", "auditor"] {
                let more = try await api.ask(
                    "POST", "/v1/access-tokens", body: #"{"name":"more","role":"\#(role)"}"#)
                #expect(more.status == 403, "\(role)")
            }
            let child = try await api.ask(
                "POST", "/v1/access-tokens", headers: bearer(made.secret), body: #"{"name":"b","role":"viewer"}"#)
            #expect(child.status == 403 && child.message.contains("a token makes no tokens"))
            #expect(try await api.ask("DELETE", "/v1/access-tokens/ci").status == 204)
            let gone = try await api.ask("GET", "/v1/vms", headers: bearer(made.secret))
            #expect(gone.status == 401 && gone.message.contains("was revoked"))
            #expect(gone.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            #expect(try await api.ask("DELETE", "/v1/access-tokens/ci").status == 404)
        }
    }

    @Test("a token for some VMs reaches those and nothing else")
    func scope() async throws {
        try await Fixture.with(vms: 3) { (api: Fixture) async throws in
            let made = try await make(api, #"{"name":"one","role":"admin","vms":["vm-0001"]}"#)
            let headers = bearer(made.secret)
            let list = try await api.ask("GET", "/v1/vms", headers: headers)
            let names = list.json?.arrayValue?.compactMap { $0["record"]?["name"]?.stringValue }
            #expect(names == ["vm-0001"])
            for path in ["/v1/vms/vm-0001", "/v1/vms/vm-0001/configuration", "/v1/whoami", "/v1/version"] {
                #expect(try await api.ask("GET", path, headers: headers).status == 200, "\(path)")
            }
            // As the table of all routes has it: a new route is not reached unless its author says so here.
            for path in OpenAPI.document["paths"]?.membersValue ?? [] where !path.name.hasPrefix("/v1/vms/{name}") {
                for operation in path.value.membersValue ?? [] {
                    let name = operation.value["operationId"]?.stringValue ?? ""
                    guard operation.value["x-permission"] != "anybody", name != "listVMs" else { continue }
                    let needed = (operation.value["parameters"]?.arrayValue ?? []).filter {
                        $0["in"] == "query" && $0["required"] == true
                    }.map { "\($0["name"]?.stringValue ?? "")=/x" }.joined(separator: "&")
                    let target = path.name.replacing(/{[a-z]+}/, with: "vm-0001") + (needed.isEmpty ? "" : "?\(needed)")
                    let body = operation.value["requestBody"] == nil ? nil : "{}"
                    let answer = try await api.ask(operation.name.uppercased(), target, headers: headers, body: body)
                    #expect(answer.status == 403, "\(name): \(answer.text)")
                    #expect(answer.message.contains("reaches only the VMs: vm-0001"))
                }
            }
            for path in ["/v1/vms/vm-0000/stop", "/v1/vms/vm-0001/clone", "/v1/vms/vm-0001/rename"] {
                #expect(try await api.ask("POST", path, headers: headers, body: "{}").status == 403, "\(path)")
            }
        }
    }

    @Test("a token for a project reaches the VMs that are in it at that moment")
    func project() async throws {
        try await Fixture.with(vms: 2) { (api: Fixture) async throws in
            let headers = bearer(try await make(api, #"{"name":"p","role":"operator","project":"docs"}"#).secret)
            let none = try await api.ask("GET", "/v1/vms/vm-0001", headers: headers)
            #expect(none.status == 403 && none.message.contains("none now"))
            try await api.control.move("vm-0001", to: "docs")
            #expect(try await api.ask("GET", "/v1/vms/vm-0001", headers: headers).status == 200)
            #expect(try await api.ask("GET", "/v1/vms/vm-0000", headers: headers).status == 403)
            #expect(try await api.ask("GET", "/v1/vms", headers: headers).json?.arrayValue?.count == 1)
            #expect(try await api.ask("POST", "/v1/vms", headers: headers, body: "{}").status == 403)
        }
    }

    @Test("a token gives no more than its owner has now")
    func shrinks() async throws {
        let book = FakeTokens()
        var secret = ""
        try await Fixture.with(vms: 1, access: try Self.access(.admin), tokens: book) { (api: Fixture) async throws in
            secret = try await make(api, #"{"name":"mine","role":"operator"}"#).secret
            #expect(
                try await api.ask("POST", "/v1/vms/vm-0000/stop", headers: bearer(secret)).status == 200)
        }
        for (role, may) in [(Role.viewer, Role.viewer), (.auditor, .viewer), (.operator, .operator)] {
            try await Fixture.with(vms: 1, access: try Self.access(role), tokens: book) {
                (api: Fixture) async throws in
                let who = try await api.ask("GET", "/v1/whoami", headers: bearer(secret))
                #expect(try JSONText.decode(Identity.self, from: who.body).role == may)
            }
        }
        let nobody = Access(RoleAssignments([:]), administrators: [])
        try await Fixture.with(vms: 1, access: nobody, tokens: book) { (api: Fixture) async throws in
            let answer = try await api.ask("GET", "/v1/vms", headers: bearer(secret))
            #expect(answer.status == 401 && answer.message.contains("has no role any more"))
        }
    }

    @Test("an expired token is refused, and stays so when the clock is put back")
    func expired() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let made = try await make(api, #"{"name":"old","role":"viewer","expiresMilliseconds":60000}"#)
            #expect(made.token.expires - made.token.created == 60_000)
            api.tokens.change("old") { $0.expires = Timestamp.now.milliseconds - 1 }
            let answer = try await api.ask("GET", "/v1/vms", headers: bearer(made.secret))
            #expect(answer.status == 401 && answer.message.contains("expired"))
            api.tokens.change("old") { $0.expires = Timestamp.now.milliseconds + 60_000 }
            #expect(try await api.ask("GET", "/v1/vms", headers: bearer(made.secret)).status == 401)
        }
    }

    @Test(
        "what is no token is refused with a sentence",
        arguments: [
            "Bearer", "Bearer x", "Basic YTpi", "Bearer aiu_000000000000_\(String(repeating: "0", count: 64))",
            "Bearer aiu_00000000000g_\(String(repeating: "0", count: 64))",
            "Bearer \(String(repeating: "a", count: 4000))",
        ])
    func refused(authorization: String) async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let answer = try await api.ask("GET", "/v1/vms", headers: ["Authorization: \(authorization)"])
            #expect(answer.status == 401 && !answer.message.isEmpty)
            #expect(api.audit.all.isEmpty)
        }
    }
}
