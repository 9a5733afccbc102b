import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

/// Prompts and tools through the interface for programs.
struct AssistRouteTests {
    private static let prompts = "/v1/vms/vm-0000/prompts"

    private func playing(
        _ script: @escaping ScriptedAgent.Script, settings: APISettings = APISettings(),
        _ body: (Fixture) async throws -> Void
    ) async throws {
        try await Fixture.with(vms: 1, settings: settings) { (api: Fixture) async throws in
            let agent = ScriptedAgent(folder: api.folder, script: script)
            await api.control.set { try agent.play($0, $1) }
            try await body(api)
        }
    }

    @Test("a prompt is answered in one piece")
    func prompt() async throws {
        let script: ScriptedAgent.Script = { request, talk in
            guard case .prompt(let prompt) = request else { return }
            #expect(prompt == PromptRequest(text: "6*7", files: ["a"], conversation: "c", confirmed: true))
            for _ in 0..<200 { try talk.say(.text("piece")) }
            try talk.say(PromptProgramTests.answer("42", calls: [PromptProgramTests.call(.succeeded)]))
        }
        try await playing(script) { (api: Fixture) async throws in
            let body = #"{"text":"6*7","files":["a"],"conversation":"c","confirmed":true}"#
            let answer = try await api.ask("POST", Self.prompts, body: body)
            #expect(answer.status == 200 && answer.json?["text"] == "42" && answer.json?["calls"]?[0]?["value"] == 42)
        }
    }

    @Test("a prompt's events are sent as they come, and the refusal in their midst")
    func events() async throws {
        var settings = APISettings()
        settings.heartbeat = .milliseconds(20)
        let script: ScriptedAgent.Script = { request, talk in
            guard case .prompt(let prompt) = request else { return }
            try talk.say(.stage(StageReport(stage: .plan, milliseconds: 1, summary: "two\nlines")))
            usleep(60_000)
            // More than is kept for a client that is behind.
            for index in 0..<500 { try talk.say(.text("piece \(index)\n")) }
            if prompt.text == "good" { return try talk.say(PromptProgramTests.answer("42")) }
            try talk.refuse(OperationFailure(.internalError, "it broke"))
        }
        try await playing(script, settings: settings) { (api: Fixture) async throws in
            for (text, last) in [
                ("good", "event: answer\ndata: {\"outcome\""), ("bad", "event: failed\ndata: {\"error\""),
            ] {
                let answer = try await api.ask(
                    "POST", Self.prompts, headers: ["Accept: text/event-stream"], body: #"{"text":"\#(text)"}"#)
                #expect(answer.status == 200 && answer.headers["content-type"] == "text/event-stream")
                #expect(answer.text.contains(": still here"))
                let events = answer.text.split(separator: "\n\n").filter { $0.hasPrefix("event") }
                #expect(events.count == 502 && events[0].hasPrefix("event: stage\ndata: {\"stage\":\"plan\""))
                #expect(events[500] == #"event: text\#ndata: "piece 499\n""# && events[501].hasPrefix(last))
            }
        }
    }

    @Test("a sensitive tool is not allowed, whatever the agent asks")
    func unattended() async throws {
        let script: ScriptedAgent.Script = { _, talk in
            try talk.say(
                .confirm(
                    ConfirmationRequest(
                        number: 7, tool: "shell", arguments: [:], question: "?", timeoutMilliseconds: 60_000)))
            #expect(try talk.hear() == .confirmed(number: 7, yes: false))
            try talk.say(PromptProgramTests.answer("no", .failed, calls: [PromptProgramTests.call(.refused)]))
        }
        try await playing(script) { (api: Fixture) async throws in
            let answer = try await api.ask("POST", Self.prompts, body: #"{"text":"x"}"#)
            #expect(answer.status == 200 && answer.json?["calls"]?[0]?["status"] == "refused")
        }
    }

    @Test("tools are listed and run")
    func tools() async throws {
        let script: ScriptedAgent.Script = { request, talk in
            switch request {
            case .tools: try talk.say(.tools(ToolProgramTests.tools))
            case .tool(let tool):
                guard tool.tool == "csv" else { return try talk.refuse(OperationFailure(.notFound, "no such tool")) }
                #expect(tool.arguments == ["limit": 5] && !tool.confirmed && !tool.attended)
                try talk.say(.toolAnswer(PromptProgramTests.call(.succeeded, "6 rows")))
            case .prompt, .conversations, .memory, .models: return
            }
        }
        try await playing(script) { (api: Fixture) async throws in
            let list = try await api.ask("GET", "/v1/vms/vm-0000/tools")
            #expect(list.status == 200 && list.json?[1]?["name"] == "shell")
            let run = try await api.ask("POST", "/v1/vms/vm-0000/tools/csv", body: #"{"arguments":{"limit":5}}"#)
            #expect(run.status == 200 && run.json?["text"] == "6 rows")
            let unknown = try await api.ask("POST", "/v1/vms/vm-0000/tools/cvs")
            #expect(unknown.status == 404 && unknown.message == "no such tool")
        }
    }

    private static let wrong: [(String, Int)] = [
        (#"{"text":" "}"#, 400), (#"{}"#, 400), (#"{"text":"x","fiels":[]}"#, 400), (#"{"text":5}"#, 400),
        (#"{"text":"\#(String(repeating: "ä", count: 20_000))"}"#, 400),
        (#"{"text":"x","timeoutMilliseconds":0}"#, 400),
    ]

    @Test("what is wrong is refused before the VM is asked", arguments: wrong)
    func refused(_ row: (String, Int)) async throws {
        let script: ScriptedAgent.Script = { _, _ in }
        try await playing(script) { (api: Fixture) async throws in
            #expect(try await api.ask("POST", Self.prompts, body: row.0).status == row.1)
            #expect(await api.control.operations.isEmpty)
        }
    }

    @Test("an agent that breaks off, misbehaves, says nothing or the wrong thing is reported")
    func badAgent() async throws {
        let scripts: [(ScriptedAgent.Script, Int, String)] = [
            ({ _, _ in }, 503, "broke off"), ({ _, talk in try talk.say(.done) }, 503, "not asked for"),
            ({ _, talk in try talk.refuse(OperationFailure(.notFound, "no conversation")) }, 404, "no conversation"),
            ({ _, talk in _ = try talk.hear() }, 504, "did not answer within"),
        ]
        for (script, status, says) in scripts {
            try await playing(script) { (api: Fixture) async throws in
                let answer = try await api.ask("POST", Self.prompts, body: #"{"text":"x","timeoutMilliseconds":200}"#)
                #expect(answer.status == status && answer.message.contains(says), "\(answer.text)")
            }
        }
    }

    @Test("a client that leaves ends the work", arguments: [false, true])
    func abandoned(streams: Bool) async throws {
        let told = Flag()
        let script: ScriptedAgent.Script = { _, talk in
            try talk.say(.text("It"))
            #expect(try talk.hear() == nil)
            told.raise()
        }
        try await playing(script) { (api: Fixture) async throws in
            do {
                let client = try api.client()
                let body = #"{"text":"x"}"#
                let accept = streams ? "Accept: text/event-stream\r\n" : ""
                try await client.send(
                    "POST \(Self.prompts) HTTP/1.1\r\nHost: x\r\n\(accept)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
                if streams { _ = try await client.receive(until: "It") }
                #expect(try await api.eventually { await !api.control.operations.isEmpty })
            }
            #expect(try await api.eventually { told.isUp })
        }
    }
}
