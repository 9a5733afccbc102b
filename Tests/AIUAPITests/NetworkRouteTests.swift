import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import Testing

struct NetworkRouteTests {
    @Test("what a VM reaches is shown, changed, tested and read")
    func networks() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            func ask(_ method: String, _ target: String, _ body: String? = nil) async throws -> Answer {
                try await api.client().request(method, target, body: body.map { Array($0.utf8) })
            }
            _ = try await ask("POST", "/v1/vms", #"{"name":"demo"}"#)
            let view = try JSONText.decode(
                NetworkView.self, from: try await ask("GET", "/v1/vms/demo/network").body)
            #expect(view.mode == .allowlist && view.layers.map(\.scope) == ["host", "configuration"])
            #expect(try await ask("GET", "/v1/vms/nobody/network").status == 404)
            #expect(try await ask("GET", "/v1/networks").text.contains("demo"))

            let change = #"{"verb":"allow","host":"example.org","ports":[8443],"paths":["/v1/*"]}"#
            #expect(try await ask("POST", "/v1/vms/demo/network", change).text.contains("example.org"))
            let wanted = ChangeNetwork(verb: .allow, host: "example.org", ports: [8443], paths: ["/v1/*"])
            #expect(await api.control.networkChanges == [wanted])
            for wrong in [
                "{}", #"{"verb":"forbid","host":"a.b"}"#, #"{"verb":"deny","host":"a.b","ports":[0]}"#,
                #"{"verb":"deny","host":"a.b","ports":[]}"#, #"{"verb":"deny","host":"a.b","surprise":1}"#,
            ] {
                #expect(try await ask("POST", "/v1/vms/demo/network", wrong).status == 400, "\(wrong)")
            }
            let answer = try await ask(
                "POST", "/v1/vms/demo/network/test", #"{"url":"https://example.org","connect":true}"#)
            #expect(answer.text.contains("403 Forbidden"))

            let decisions = try await ask("GET", "/v1/vms/demo/network/decisions?limit=1")
            #expect(try JSONText.decode([EgressDecision].self, from: decisions.body) == [FakeControl.decision])
            #expect(try await ask("GET", "/v1/vms/demo/network/decisions?limit=1001").status == 400)
            let stream = try await ask("GET", "/v1/vms/demo/network/decisions?limit=2&follow=true").text
            #expect(stream.split(separator: "\n").count { $0.hasPrefix("data: ") } == 3, "\(stream)")
        }
    }

    @Test("a secret is kept and never told, not to the audit either")
    func secrets() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            func ask(_ method: String, _ target: String, _ body: String? = nil) async throws -> Answer {
                try await api.client().request(method, target, body: body.map { Array($0.utf8) })
            }
            let kept = try await ask(
                "PUT", "/v1/secrets/API_KEY",
                #"{"hosts":["api.example.org"],"value":"hidden","vms":["build"],"projects":["lab"]}"#)
            #expect(kept.status == 200 && !kept.text.contains("hidden"))
            let list = try await ask("GET", "/v1/secrets")
            #expect(list.text.contains("AIU_SECRET__API_KEY__") && !list.text.contains("hidden"))
            #expect(try await ask("DELETE", "/v1/secrets/API_KEY").status == 204)
            #expect(try await ask("DELETE", "/v1/secrets/API_KEY").status == 404)
            let records = api.audit.all.filter { $0.action == "setSecret" }
            #expect(records.first?.subject == "API_KEY")
            #expect(records.first?.detail?["value"]?.stringValue == "•••")
            #expect(records.first?.detail?["vms"] == ["build"] && records.first?.detail?["projects"] == ["lab"])
            let nobody = #"{"hosts":["a.org"],"value":"hidden","vms":[]}"#
            #expect(try await ask("PUT", "/v1/secrets/API_KEY", nobody).status == 400)
        }
    }
}
