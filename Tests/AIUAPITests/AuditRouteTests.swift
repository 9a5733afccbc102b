import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

struct AuditRouteTests {
    /// What may be asked without leaving a trace: it changes nothing and shows nothing of what is inside of a VM. `operate` is
    /// recorded when it is known what for. A new route belongs here or is recorded.
    private static let unrecorded: Set<String> = [
        "listVMs", "inspectVM", "operate", "listDeletedVMs", "readConfiguration", "configurationHistory", "listModels",
        "inspectModel", "estimateModel", "listTools", "events", "systemStatus", "diskUsage", "examineSystem", "version",
        "openAPI", "whoAmI", "alive", "listProfiles", "readProfile", "searchAudit", "verifyAudit", "listTokens",
        "showPolicy", "explainPolicy", "policyHistory", "policyVersion",
        "showTokenBudgets", "forecastTokens", "tokenHistory", "listNetworks", "readNetwork",
        // Names and hosts, never a value.
        "listSecrets",
    ]

    @Test("every route is recorded, or known to be harmless")
    func complete() throws {
        var seen: Set<String> = []
        for path in try #require(OpenAPI.document["paths"]?.membersValue) {
            for operation in try #require(path.value.membersValue) {
                let name = try #require(operation.value["operationId"]?.stringValue)
                seen.insert(name)
                #expect(operation.value["x-audited"]?.boolValue == !Self.unrecorded.contains(name), "\(name)")
            }
        }
        #expect(seen.isSuperset(of: Self.unrecorded))
    }

    @Test("what is asked for is recorded before it is done, with who asked and what came of it")
    func recorded() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            _ = try await api.ask("POST", "/v1/vms/vm-0000/stop", body: #"{"force":true}"#)
            _ = try await api.ask("DELETE", "/v1/vms/nobody?force=true")
            _ = try await api.ask("GET", "/v1/vms")
            let all = api.audit.all
            #expect(all.map(\.kind) == [.begun, .ended, .begun, .ended])
            #expect(all.map(\.action) == ["stopVM", "stopVM", "deleteVM", "deleteVM"])
            #expect(all.map(\.subject) == ["vm-0000", "vm-0000", "nobody", "nobody"])
            #expect(all[0].detail?["force"] == true && all[2].detail?["force"]?.stringValue == "true")
            #expect(all[1].outcome == "done" && all[3].outcome == "notFound" && all[3].request == 3)
            #expect(all[0].actor?.user == geteuid() && all[0].actor?.process == getpid())
        }
    }

    @Test("what cannot be recorded is not done")
    func failClosed() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            api.audit.setFull(true)
            let answer = try await api.ask("DELETE", "/v1/vms/vm-0000?force=true")
            #expect(answer.status == 507)
            let command = try await api.ask("POST", "/v1/vms/vm-0000/exec", body: #"{"command":["true"]}"#)
            #expect(command.status == 507)
            #expect(try await api.ask("GET", "/v1/vms/vm-0000").status == 200)
            #expect(await api.control.operations.isEmpty)
        }
    }

    @Test("contents are not recorded, their digests are")
    func discreet() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let body = #"{"command":["printenv","TOKEN"],"environment":["TOKEN=hush"],"input":"secret words"}"#
            _ = try await api.ask("POST", "/v1/vms/vm-0000/exec", body: body)
            _ = try await api.ask("POST", "/v1/vms/vm-0000/prompts", body: #"{"text":"secret words"}"#)
            let text = try api.audit.all.map { try JSONText.encodeString($0) }.joined()
            #expect(!text.contains("hush") && !text.contains("secret"))
            #expect(text.contains("printenv") && text.contains("sha256"))
            // A file is no order, though it be JSON; and a slip of the keyboard is no secret less.
            _ = try await api.ask("PUT", "/v1/vms/vm-0000/files?path=/x.json", body: #"{"name":"hush"}"#)
            _ = try await api.ask("POST", "/v1/vms/vm-0000/exec", body: #"{"command":["a"],"enviroment":["T=hush"]}"#)
            _ = try await api.ask("POST", "/v1/vms/vm-0000/exec", body: #"{"command":["a"],"environment":["hush"]}"#)
            let later = try api.audit.all.map { try JSONText.encodeString($0) }.joined()
            #expect(!later.contains("hush") && api.audit.all.count > 8)
        }
    }

    @Test("what streams or upgrades has ended when its stream has, and a client that leaves is told of")
    func streams() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            await api.control.set { _, socket in
                try socket.writeAll(Frame(.event, encoding: AssistEvent.text("half")).encoded)
                while let bytes = try socket.read(upTo: 100), !bytes.isEmpty {}
            }
            do {
                let client = try api.client()
                let body = #"{"text":"hello"}"#
                try await client.send(
                    "POST /v1/vms/vm-0000/prompts HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(try await client.receive(until: "half").contains("half"))
                #expect(api.audit.all.map(\.kind) == [.begun])
            }
            #expect(try await api.eventually { api.audit.all.last?.kind == .ended })
            #expect(api.audit.all.last?.outcome == "unavailable")
            let client = try api.client()
            let answer = try await client.request(
                "GET", "/v1/vms/vm-0000/attach", headers: ["Connection: Upgrade", "Upgrade: aiu-console"])
            #expect(answer.status == 101 && api.audit.all.last?.kind == .begun)
            shutdown(client.socket.raw, Int32(SHUT_RDWR))
            #expect(try await api.eventually { api.audit.all.last?.outcome == "done" })
        }
    }

    @Test("what is kept of a person is handed out, and erased, but not by themselves")
    func people() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            _ = try await api.ask("POST", "/v1/vms/vm-0000/stop")
            _ = try await api.ask("POST", "/v1/access-tokens", body: #"{"name":"mine","role":"viewer"}"#)
            let answer = try await api.ask("GET", "/v1/users/\(geteuid())/export")
            #expect(answer.status == 200)
            let document = try JSON(parsing: answer.body)
            #expect(document["accessTokens"]?[0]?["name"] == "mine" && document["audit"]?[0]?["action"] == "stopVM")
            let own = try await api.ask("DELETE", "/v1/users/\(geteuid())/personal-data")
            #expect(own.status == 409 && own.message.contains("nobody erases their own traces"))
            let other = try await api.ask("DELETE", "/v1/users/4000000000/personal-data")
            #expect(
                try JSONText.decode(Erasure.self, from: other.body)
                    == Erasure(people: [], tokens: 0, requests: 0, recordsInTheClear: 0))
            #expect(try await api.ask("GET", "/v1/users/4000000000/export").json?["audit"]?.arrayValue == [])
        }
    }

    @Test("the audit can be read, verified and exported")
    func reading() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            _ = try await api.ask("POST", "/v1/vms/vm-0000/ping")
            _ = try await api.ask("POST", "/v1/vms/vm-0000/stop")
            let found = try await api.ask("GET", "/v1/audit?action=stopVM&limit=1")
            #expect(found.status == 200 && String(decoding: found.body, as: UTF8.self).contains("stopVM"))
            let report = try await api.ask("GET", "/v1/audit/verification")
            #expect(String(decoding: report.body, as: UTF8.self).contains("\"records\":4"))
            #expect(try await api.ask("GET", "/v1/audit/verification?expect=1").status == 400)
            #expect(try await api.ask("GET", "/v1/audit/export").status == 200)
            // Who takes the audit away is recorded, too.
            #expect(api.audit.all.last?.action == "exportAudit")
        }
    }
}
