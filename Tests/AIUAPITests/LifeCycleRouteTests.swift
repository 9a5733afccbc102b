import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

struct LifeCycleRouteTests {
    @Test("a VM is labelled, chosen, protected, paused, renamed, cloned, deleted, recovered and purged")
    func life() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            let client = try api.client()
            func ask(_ method: String, _ target: String, _ body: String? = nil) async throws -> Answer {
                try await client.request(method, target, body: body.map { Array($0.utf8) })
            }
            #expect(
                try await ask("POST", "/v1/vms", #"{"name":"demo","labels":{"team":"docs","tier":"test"}}"#).status
                    == 201)
            #expect(try await ask("POST", "/v1/vms", #"{"name":"other"}"#).status == 201)
            let chosen = try await ask("GET", "/v1/vms?selector=team=docs,tier=test")
            #expect(try JSONText.decode([VMView].self, from: chosen.body).map(\.record.name.text) == ["demo"])
            #expect(try await ask("GET", "/v1/vms?selector=team").status == 400)

            let changed = try await ask("PATCH", "/v1/vms/demo", #"{"protected":true,"removedLabels":["tier"]}"#)
            let record = try JSONText.decode(VMView.self, from: changed.body).record
            #expect(record.protected && record.labels.values == ["team": "docs"])
            #expect(try await ask("DELETE", "/v1/vms/demo").status == 409)
            #expect(try await ask("PATCH", "/v1/vms/demo", #"{"protected":false}"#).status == 200)

            #expect(try await ask("POST", "/v1/vms/demo/pause").status == 409)
            _ = try await ask("POST", "/v1/vms/demo/start")
            #expect(try await ask("POST", "/v1/vms/demo/pause").text.contains(#""phase":"paused""#))
            #expect(try await ask("POST", "/v1/vms/demo/resume").text.contains(#""phase":"running""#))
            #expect(try await ask("POST", "/v1/vms/demo/clone", #"{"name":"copy"}"#).status == 409)
            #expect(try await ask("POST", "/v1/vms/demo/clone", #"{"name":"copy","live":true}"#).status == 201)
            #expect(try await ask("POST", "/v1/vms/demo/rename", #"{"name":"other"}"#).status == 409)
            #expect(try await ask("POST", "/v1/vms/demo/rename", #"{"name":"No"}"#).status == 400)
            #expect(try await ask("POST", "/v1/vms/demo/rename", #"{"name":"first"}"#).status == 200)

            #expect(try await ask("DELETE", "/v1/vms/first?force=true").status == 204)
            let kept = try JSONText.decode([VMView].self, from: try await ask("GET", "/v1/deleted").body)
            let id = try #require(kept.first?.record.id)
            #expect(try await ask("GET", "/v1/deleted?selector=team%3Dnobody").text == "[]")
            #expect(try await ask("GET", "/v1/deleted?selector=team").status == 400)
            let log = "\(api.folder)/kept.log"
            try Files.replace(log, with: Array("last words\n".utf8))
            await api.control.set(logFiles: LogFiles(agent: [log], console: []))
            #expect(try await ask("GET", "/v1/vms/first/logs").status == 404)
            #expect(try await ask("GET", "/v1/deleted/first/logs").text == "last words\n")
            #expect(try await ask("GET", "/v1/deleted/\(id)/logs?source=console").text.isEmpty)
            #expect(try await ask("GET", "/v1/deleted/nobody/logs").status == 404)
            #expect(try await ask("POST", "/v1/deleted/first/recover", #"{"name":"other"}"#).status == 409)
            #expect(try await ask("POST", "/v1/deleted/\(id)/recover").status == 200)
            #expect(try await ask("POST", "/v1/deleted/first/recover").status == 404)
            #expect(try await ask("DELETE", "/v1/vms/other").status == 204)
            #expect(try await ask("DELETE", "/v1/deleted/other").status == 204)
            #expect(try await ask("DELETE", "/v1/deleted/A!").status == 400)
            #expect(try await ask("DELETE", "/v1/vms/first?force=true&purge=true").status == 204)
            #expect(try await ask("GET", "/v1/deleted").text == "[]")
        }
    }

    @Test("a sweep says what would go before it goes")
    func prune() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            _ = try await api.ask("POST", "/v1/vms", body: #"{"name":"demo"}"#)
            _ = try await api.ask("DELETE", "/v1/vms/demo")
            let dry = try await api.ask("POST", "/v1/prune", body: #"{"deleted":true,"dryRun":true}"#)
            #expect(try JSONText.decode(PruneReport.self, from: dry.body).items.map(\.name) == ["demo"])
            #expect(try await api.ask("POST", "/v1/prune", body: #"{"images":true}"#).text.contains(#""items":[]"#))
            #expect(try await api.ask("POST", "/v1/prune", body: #"{"deletd":true}"#).message.contains("`deleted`"))
            #expect(try await api.ask("POST", "/v1/prune", body: #"{"deleted":true}"#).status == 200)
            #expect(await api.control.kept.isEmpty)
        }
    }

    @Test("profiles are kept under names that are none of the presets'")
    func profiles() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            let body = #"{"configuration":"{\"resources\": {\"ram\": \"1GB\"}}"}"#
            #expect(try await api.ask("PUT", "/v1/profiles/big", body: body).status == 200)
            #expect(try await api.ask("PUT", "/v1/profiles/tiny", body: body).message.contains("built-in"))
            #expect(try await api.ask("PUT", "/v1/profiles/Big", body: body).status == 400)
            #expect(try await api.ask("GET", "/v1/profiles/big").text.contains("1GB"))
            let missing = try await api.ask("GET", "/v1/profiles/bg")
            #expect(missing.status == 404 && missing.message.contains("'big'"))
            #expect(try await api.ask("DELETE", "/v1/profiles/big").status == 204)
            #expect(try await api.ask("DELETE", "/v1/profiles/big").status == 404)
        }
    }

    @Test("a configuration is read, tried, changed and remembered; a request for two things at once is refused")
    func configuration() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let path = "/v1/vms/vm-0000/configuration"
            let view = try JSONText.decode(ConfigurationView.self, from: try await api.ask("GET", path).body)
            #expect(view.revision == 1 && view.waiting == ["resources.ram"])
            for wrong in ["{}", #"{"changes":"{}","document":"{}"}"#, #"{"rollbackTo":0}"#, #"{"chnges":"{}"}"#] {
                #expect(try await api.ask("POST", path, body: wrong).status == 400, "\(wrong)")
            }
            #expect(await api.control.orders.isEmpty)
            let dry = try await api.ask("POST", path, body: #"{"changes":"{}","dryRun":true}"#)
            let outcome = try JSONText.decode(ConfigurationOutcome.self, from: dry.body)
            #expect(outcome.dryRun && outcome.changes.map(\.effect) == [.live, .needsRestart])
            #expect(try await api.ask("POST", path, body: #"{"document":"{}"}"#).status == 200)
            #expect(try await api.ask("POST", path, body: #"{"rollbackTo":1}"#).status == 200)
            let history = try await api.ask("GET", path + "/history?limit=1")
            #expect(try JSONText.decode([ConfigurationRevision].self, from: history.body).map(\.revision) == [3])
        }
    }
}

/// Upgrades that no agent serves: archives and consoles.
struct ArchiveRouteTests {
    private func open(_ api: Fixture, _ method: String, _ target: String, _ name: String) async throws -> Client {
        let client = try api.client()
        let answer = try await client.request(method, target, headers: ["Connection: Upgrade", "Upgrade: \(name)"])
        #expect(answer.status == 101, "\(answer.text)")
        #expect(answer.headers["upgrade"] == name)
        return client
    }

    private func frames(_ client: Client) async throws -> [Frame] {
        var decoder = FrameDecoder()
        var frames: [Frame] = []
        while true {
            let bytes = try await client.receive()
            if bytes.isEmpty { return frames }
            decoder.feed(bytes)
            while let frame = try decoder.next() { frames.append(frame) }
        }
    }

    @Test("an archive comes in frames, and what cannot be exported is refused before the upgrade")
    func export() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let headers = ["Connection: Upgrade", "Upgrade: aiu-archive"]
            #expect(try await api.ask("GET", "/v1/vms/vm-0000/export", headers: headers).status == 409)
            #expect(try await api.ask("GET", "/v1/vms/nobody/export", headers: headers).status == 404)
            #expect(try await api.ask("GET", "/v1/vms/vm-0000/export").status == 400)
            let client = try await open(api, "GET", "/v1/vms/vm-0000/export?live=true", "aiu-archive")
            let frames = try await frames(client)
            #expect(frames.last?.kind == .done)
            #expect(frames.dropLast().flatMap(\.payload) == FakeControl.archive)
        }
    }

    @Test("an archive is taken in, and a damaged one is refused where it is damaged", arguments: [false, true])
    func importing(isDamaged: Bool) async throws {
        try await Fixture.with { (api: Fixture) async throws in
            let client = try await open(api, "POST", "/v1/import?name=again", "aiu-archive")
            #expect(await api.control.imports == [VMName("again")])
            var archive = FakeControl.archive
            if isDamaged { archive[200_000] ^= 1 }
            for start in stride(from: 0, to: archive.count, by: 60_000) {
                let part = Frame(.data, Array(archive[start..<min(start + 60_000, archive.count)])).encoded
                // A refused client may find the connection gone; what it was told is still there.
                do { try await client.send(part) } catch { break }
            }
            if !isDamaged { try await client.send(Frame(.done).encoded) }
            let answer = try #require(try await frames(client).first)
            #expect(answer.kind == (isDamaged ? .failed : .done))
            #expect(String(decoding: answer.payload, as: UTF8.self).contains(isDamaged ? "at byte 7" : #""again""#))
        }
    }

    @Test("a client that goes away in the middle of its archive is noticed")
    func brokenImport() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            do {
                let client = try await open(api, "POST", "/v1/import", "aiu-archive")
                try await client.send(Frame(.data, Array(FakeControl.archive.prefix(10_000))).encoded)
            }
            #expect(try await api.eventually { api.control.importBroke.isUp })
        }
    }

    @Test("a console's bytes go both ways until the client leaves")
    func attach() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let client = try await open(api, "GET", "/v1/vms/vm-0000/attach", "aiu-console")
            #expect(try await client.receive(until: "console\n") == "console\n")
            try await client.send("ls\r")
            #expect(try await client.receive(until: "ls\r") == "ls\r")
            shutdown(client.socket.raw, Int32(SHUT_WR))
            #expect(try await client.receive().isEmpty)
        }
    }

    @Test("places for archives and consoles are given back")
    func places() async throws {
        var settings = APISettings()
        settings.operations = 1
        try await Fixture.with(vms: 1, settings: settings) { (api: Fixture) async throws in
            // A client sees the end a moment before its place is free.
            func open(_ target: String, _ upgrade: String) async throws -> Client? {
                for _ in 0..<500 {
                    let client = try api.client()
                    let headers = ["Connection: Upgrade", "Upgrade: \(upgrade)"]
                    if try await client.request("GET", target, headers: headers).status == 101 { return client }
                    try await Task.sleep(for: .milliseconds(10))
                }
                return nil
            }
            for _ in 0..<3 {
                let client = try #require(try await open("/v1/vms/vm-0000/export?live=true", "aiu-archive"))
                #expect(try await frames(client).last?.kind == .done)
            }
            let console = try await open("/v1/vms/vm-0000/attach", "aiu-console")
            #expect(console != nil)
            let headers = ["Connection: Upgrade", "Upgrade: aiu-console"]
            #expect(try await api.ask("GET", "/v1/vms/vm-0000/attach", headers: headers).status == 503)
            withExtendedLifetime(console) {}
        }
    }
}
