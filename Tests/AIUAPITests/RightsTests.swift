import AIUAPI
import AIUJSON
import AIUModel
import AIUPolicy
import AIUSystem
import AIUWire
import Glibc
import Synchronization
import Testing

/// What goes on for somebody ends when they may not have it any more.
struct RightsTests {
    private static var settings: APISettings {
        var settings = APISettings()
        settings.rightsInterval = .milliseconds(30)
        settings.directoryPatience = .milliseconds(400)
        settings.logInterval = .milliseconds(20)
        return settings
    }

    private func make(_ api: Fixture, role: String = "operator") async throws -> String {
        let answer = try await api.ask("POST", "/v1/access-tokens", body: #"{"name":"ci","role":"\#(role)"}"#)
        return try JSONText.decode(NewAccessToken.self, from: answer.body).secret
    }

    private func follow(_ api: Fixture, _ target: String, _ secret: String) async throws -> Client {
        let client = try api.client()
        try await client.send(
            "GET \(target) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(secret)\r\n\r\n")
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

    private func operation(_ api: Fixture, _ request: OperationRequest, _ secret: String) async throws -> Client {
        let client = try api.client()
        let answer = try await client.request(
            "GET", "/v1/vms/vm-0000/operations",
            headers: ["Connection: Upgrade", "Upgrade: aiu-operation", "Authorization: Bearer \(secret)"])
        #expect(answer.status == 101)
        try await client.send(Frame(.request, try JSONText.encode(request)).encoded)
        return client
    }

    @Test(
        "events and logs that are followed end with a revoked, an expired and a removed token",
        arguments: ["revoked", "expired", "removed"], ["/v1/events?follow=true", "/v1/vms/vm-0000/logs?follow=true"])
    func streams(how: String, target: String) async throws {
        try await Fixture.with(vms: 1, settings: Self.settings) { (api: Fixture) async throws in
            let path = "\(api.folder)/log"
            try Files.replace(path, with: Array("first\n".utf8))
            await api.control.set(logFiles: LogFiles(agent: [path], console: []))
            await api.control.emit(.created)
            let client = try await follow(api, target, try await make(api))
            _ = try await client.receive(until: target.contains("logs") ? "first" : "created")
            switch how {
            case "revoked": #expect(try await api.ask("DELETE", "/v1/access-tokens/ci").status == 204)
            case "expired": api.tokens.change("ci") { $0.expires = Timestamp.now.milliseconds - 1 }
            default: _ = try api.tokens.removeAccessTokens(of: AccountReference(user: geteuid(), name: nil))
            }
            let began = ContinuousClock.now
            let rest = try await client.receive(until: "never")
            #expect(ContinuousClock.now - began < .seconds(2))
            // Cut off, not ended in order: nobody takes it for the whole.
            #expect(!rest.hasSuffix("0\r\n\r\n"))
            if target.contains("events") { #expect(rest.contains(": this was ended while it ran: the token 'ci'")) }
            if target.contains("logs") {
                #expect(
                    try await api.eventually {
                        api.audit.all.contains { $0.action == "logs" && $0.outcome == "unauthenticated" }
                    })
            }
        }
    }

    @Test("a command that runs ends with its token: one frame says why, between two of its own")
    func command() async throws {
        try await Fixture.with(vms: 1, settings: Self.settings) { (api: Fixture) async throws in
            let ended = Flag()
            await api.control.set { _, socket in
                try socket.writeAll(Frame(.started).encoded)
                // Frames that do not end with what is read at once.
                for _ in 0..<40 {
                    try socket.writeAll(Frame(.standardOutput, [UInt8](repeating: 7, count: 30_000)).encoded)
                }
                let half = Frame(.standardOutput, [UInt8](repeating: 8, count: 1000)).encoded
                try socket.writeAll(Array(half[..<300]))
                while let bytes = try socket.read(upTo: 4096), !bytes.isEmpty {}
                ended.raise()
            }
            let secret = try await make(api)
            let client = try await operation(api, .execute(ExecuteRequest(command: ["x"], input: true)), secret)
            async let heard = frames(client)
            try await Task.sleep(for: .milliseconds(100))
            #expect(try await api.ask("DELETE", "/v1/access-tokens/ci").status == 204)
            let frames = try await heard
            // Of the half one something had gone out: then there is no place for words, and it is only cut.
            #expect(frames.first?.kind == .started)
            #expect(frames.dropFirst().allSatisfy { $0.kind == .standardOutput || $0.kind == .failed })
            #expect(try await api.eventually { ended.isUp })
            #expect(
                try await api.eventually {
                    api.audit.all.contains { $0.action == "execute" && $0.outcome == "unauthenticated" }
                })
        }
    }

    @Test("the reason comes whole, however much of an answer waits before it")
    func reason() async throws {
        try await Fixture.with(vms: 1, settings: Self.settings) { (api: Fixture) async throws in
            await api.control.set { _, socket in
                for _ in 0..<100 {
                    try socket.writeAll(Frame(.standardOutput, [UInt8](repeating: 7, count: 50_000)).encoded)
                }
                while let bytes = try socket.read(upTo: 4096), !bytes.isEmpty {}
            }
            let secret = try await make(api)
            let client = try await operation(api, .execute(ExecuteRequest(command: ["x"], input: true)), secret)
            // Nothing is read until it is cut: the way to the client is full then.
            try await Task.sleep(for: .milliseconds(100))
            _ = try await api.ask("DELETE", "/v1/access-tokens/ci")
            try await Task.sleep(for: .milliseconds(150))
            let frames = try await frames(client)
            let last = try #require(frames.last)
            #expect(last.kind == .failed)
            let failure = try JSONText.decode(OperationFailure.self, from: last.payload)
            #expect(failure.reason == .denied && failure.message.contains("was revoked"))
        }
    }

    @Test("a prompt that is being answered is refused, with a sentence, however it was asked")
    func prompts() async throws {
        try await Fixture.with(vms: 1, settings: Self.settings) { (api: Fixture) async throws in
            let agent = ScriptedAgent(folder: api.folder) { _, talk in
                try talk.say(.text("It is "))
                _ = try talk.hear()
            }
            await api.control.set { try agent.play($0, $1) }
            for accept in ["application/json", "text/event-stream"] {
                let secret = try await make(api)
                let headers = ["Authorization: Bearer \(secret)", "Accept: \(accept)"]
                async let answer = api.ask(
                    "POST", "/v1/vms/vm-0000/prompts", headers: headers, body: #"{"text":"x"}"#)
                #expect(try await api.eventually { await !api.control.operations.isEmpty })
                try await Task.sleep(for: .milliseconds(50))
                _ = try await api.ask("DELETE", "/v1/access-tokens/ci")
                do {
                    let answer = try await answer
                    #expect(answer.status == (accept == "application/json" ? 401 : 200))
                    #expect(answer.text.contains("was revoked"), "\(answer.text)")
                } catch Client.Problem.malformed {
                    // A stream that is cut has no last chunk.
                    #expect(accept == "text/event-stream")
                }
                let outcome = try await api.eventually {
                    api.audit.all.last { $0.action == "prompt" && $0.kind == .ended }?.outcome == "unauthenticated"
                }
                #expect(outcome)
            }
        }
    }

    @Test(
        "a role that is taken away ends what it was needed for, and nothing else; a directory that is away does not, for a time"
    )
    func roles() async throws {
        let logins = FakeLogins(["anna": ("x", ["ops"])])
        let roles = RoleAssignments([.operator: ["@ops"], .viewer: ["@staff"], .admin: ["\(geteuid())"]])
        try await Fixture.with(
            vms: 1, access: Access(roles, administrators: []), logins: logins, settings: Self.settings
        ) { (api: Fixture) async throws in
            await api.control.set { _, socket in
                try socket.writeAll(Frame(.started).encoded)
                while let bytes = try socket.read(upTo: 4096), !bytes.isEmpty {}
            }
            await api.control.emit(.created)
            let secret = try await make(api, role: "operator")
            api.tokens.change("ci") { $0.owner = AccountReference(user: nil, name: "anna") }
            let events = try await follow(api, "/v1/events?follow=true", secret)
            _ = try await events.receive(until: "created")
            let shell = try await operation(api, .execute(ExecuteRequest(command: ["sh"], input: true)), secret)
            _ = try await shell.receive()
            logins.state.withLock { $0.isThere = false }
            try await Task.sleep(for: .milliseconds(150))
            logins.state.withLock { $0.isThere = true }
            try await Task.sleep(for: .milliseconds(100))
            logins.state.withLock { $0.people["anna"]?.groups = ["staff"] }
            let last = try await frames(shell).last
            #expect(last?.kind == .failed)
            // Whoever may still see goes on seeing.
            await api.control.emit(.stopped)
            #expect(try await events.receive(until: "stopped").contains("stopped"))
            logins.state.withLock { $0.isThere = false }
            let began = ContinuousClock.now
            #expect(try await events.receive(until: "never").contains("nobody can be asked"))
            #expect(ContinuousClock.now - began > .milliseconds(200))
        }
    }

    @Test("the console ends, and what is asked by the socket goes on")
    func console() async throws {
        try await Fixture.with(vms: 1, settings: Self.settings) { (api: Fixture) async throws in
            await api.control.emit(.created)
            let secret = try await make(api)
            let own = try api.client()
            try await own.send("GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await own.receive(until: "created")
            let client = try api.client()
            let answer = try await client.request(
                "GET", "/v1/vms/vm-0000/attach",
                headers: ["Connection: Upgrade", "Upgrade: aiu-console", "Authorization: Bearer \(secret)"])
            #expect(answer.status == 101)
            _ = try await client.receive(until: "console")
            _ = try await api.ask("DELETE", "/v1/access-tokens/ci")
            #expect(try await client.receive(until: "never") == "")
            try await Task.sleep(for: .milliseconds(100))
            await api.control.emit(.stopped)
            #expect(try await own.receive(until: "stopped").contains("stopped"))
        }
    }

    @Test("completion offers what the words and the credential so far reach")
    func completion() async throws {
        let script: ScriptedAgent.Script = { _, _ in }
        try await AssistProgram.with(script) { (program: AssistProgram) async throws in
            _ = try await program.control.create(CreateVM(name: "other"))
            #expect(try await program.complete("inspect", "") == ["other", AssistProgram.vm])
            let answer = try await program.ask(
                "POST", "/v1/access-tokens", body: #"{"name":"ci","role":"viewer","vms":["other"]}"#)
            var holder = program
            holder.token = try JSONText.decode(NewAccessToken.self, from: answer.body).secret
            #expect(try await holder.complete("inspect", "") == ["other"])
            // Another supervisor, where nobody is: none of this one's names.
            #expect(try await program.complete("--remote", "https://127.0.0.1:1", "inspect", "").isEmpty)
            #expect(try await program.complete("--remote", "=", "https://127.0.0.1:1", "inspect", "").isEmpty)
            #expect(try await program.complete("--remote=https://127.0.0.1:1", "inspect", "").isEmpty)
        }
    }

    @Test(
        "aiu says why in one sentence, and ends with the status of what is not allowed",
        arguments: [
            (["events", "-f"], 77), (["logs", "-f", AssistProgram.vm], 77), (["prompt", AssistProgram.vm, "x"], 77),
            (["exec", AssistProgram.vm, "--", "x"], 126),
        ] as [([String], Int32)])
    func program(words: [String], status: Int32) async throws {
        let script: ScriptedAgent.Script = { _, talk in
            try talk.say(.text("It is "))
            _ = try talk.hear()
        }
        try await AssistProgram.with(script, settings: Self.settings) { (program: AssistProgram) async throws in
            if words[0] == "exec" {
                await program.control.set { _, socket in
                    try socket.writeAll(Frame(.started).encoded)
                    while let bytes = try socket.read(upTo: 4096), !bytes.isEmpty {}
                }
            }
            try Files.replace("\(program.folder)/log", with: Array("first\n".utf8))
            await program.control.set(logFiles: LogFiles(agent: ["\(program.folder)/log"], console: []))
            let answer = try await program.ask(
                "POST", "/v1/access-tokens", body: #"{"name":"ci","role":"operator"}"#)
            var holder = program
            holder.token = try JSONText.decode(NewAccessToken.self, from: answer.body).secret
            let shown = holder
            async let result = shown.aiu(words)
            try await Task.sleep(for: .milliseconds(700))
            #expect(try await program.ask("DELETE", "/v1/access-tokens/ci").status == 204)
            let ended = try await result
            #expect(ended.status == status, "\(ended.errors)")
            #expect(ended.errors.contains("the token 'ci' was revoked"), "\(ended.errors)")
            #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
        }
    }
}
