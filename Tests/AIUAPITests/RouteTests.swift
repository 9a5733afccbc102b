import AIUAPI
import AIUJSON
import AIUModel
import Testing

struct RouteTests {
    @Test("a VM's life: created, seen, started, pinged, stopped, deleted")
    func life() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            let client = try api.client()
            let created = try await client.request(
                "POST", "/v1/vms", body: Array(#"{"name":"demo","memory":"1GB"}"#.utf8))
            #expect(created.status == 201)
            #expect(created.headers["aiu-api-version"] == "1")
            #expect(created.headers["content-type"] == "application/json")
            // All on one connection: it is kept alive.
            let seen = try await client.request("GET", "/v1/vms/demo")
            #expect(try JSONText.decode(VMView.self, from: seen.body).record.name.text == "demo")
            #expect(try await client.request("POST", "/v1/vms/demo/start").status == 200)
            let ping = try await client.request("POST", "/v1/vms/demo/ping")
            #expect(try JSONText.decode(PingResult.self, from: ping.body).milliseconds == 0.13)
            #expect(try await client.request("DELETE", "/v1/vms/demo").status == 409)
            #expect(
                try await client.request("POST", "/v1/vms/demo/stop", body: Array(#"{"force":true}"#.utf8)).status
                    == 200)
            #expect(try await client.request("POST", "/v1/vms/demo/restart").status == 200)
            #expect(try await client.request("DELETE", "/v1/vms/demo?force=true").status == 204)
            let gone = try await client.request("GET", "/v1/vms/demo")
            #expect(gone.status == 404)
            #expect(gone.reason == "notFound")
        }
    }

    @Test("a file is written and read back, whatever its bytes")
    func files() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let client = try api.client()
            let target = "/v1/vms/vm-0000/files?path=/etc/a%20b%C3%A4"
            #expect(try await client.request("PUT", target, body: bytes).status == 204)
            #expect(await api.control.written["/etc/a bä"] == bytes)
            #expect(try await client.request("GET", target).body == bytes)
            #expect(try await client.request("GET", "/v1/vms/vm-0000/files?path=/no").status == 404)
        }
    }

    @Test("stopping the supervisor is answered before it happens")
    func stopSystem() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            #expect(try await api.ask("POST", "/v1/system/stop").status == 202)
            #expect(try await api.eventually { await api.control.wasShutDown })
        }
    }

    @Test("a client of another version is told so, except where it must be served")
    func versions() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            let refused = try await api.ask("GET", "/v1/vms", headers: ["AIU-API-Version: 2"])
            #expect(refused.status == 409)
            #expect(refused.message.contains("speaks version 1"))
            #expect(refused.headers["aiu-api-version"] == "1")
            #expect(try await api.ask("GET", "/v1/vms", headers: ["AIU-API-Version: 1"]).status == 200)
            #expect(try await api.ask("GET", "/v1/version", headers: ["AIU-API-Version: 2"]).status == 200)
            #expect(try await api.ask("GET", "/healthz").text == "ok\n")
        }
    }

    @Test("every reason has its status", arguments: Failure.Reason.allCases)
    func statuses(reason: Failure.Reason) {
        #expect((400..<600).contains(HTTPProblem.status(of: reason)))
    }
}
