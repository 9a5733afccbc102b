import AIUJSON
import AIUModel
import AIUPolicy
import AIUWire
import Glibc
import Testing

@Suite("the policy over the interface")
struct PolicyRouteTests {
    private static let denial = #"{ \"tools\": { \"deny\": [\"shell\"] } }"#

    private static let script: ScriptedAgent.Script = { request, talk in
        switch request {
        case .tools(let limits):
            #expect(limits?.tools?.contains("shell") == false && limits?.confirmations == ["csv"])
            try talk.say(.tools(ToolProgramTests.tools))
        case .tool(let call):
            #expect(call.limits?.tools?.contains("shell") == false)
            try talk.say(.toolAnswer(PromptProgramTests.call(.succeeded, "6 rows")))
        case .prompt, .conversations, .memory, .models: try talk.refuse(OperationFailure(.invalid, "not expected"))
        }
    }

    @Test("is applied, shown, explained and recorded")
    func life() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let dry = try await api.ask("POST", "/v1/policy", body: #"{"document": "\#(Self.denial)", "dryRun": true}"#)
            #expect(dry.status == 200)
            #expect(api.control.policies.version == 0)
            let applied = try await api.ask(
                "POST", "/v1/policy", body: #"{"document": "\#(Self.denial)", "note": "why"}"#)
            #expect(applied.status == 200)
            #expect(applied.json?["version"]?.integerValue == 1)
            #expect(applied.json?["changes"]?[0]?["field"] == "tools.deny")
            let shown = try await api.ask("GET", "/v1/policy").json ?? .null
            #expect(shown["policy"]?["document"]?.stringValue?.contains("shell") == true)
            let answer = try await api.ask("GET", "/v1/policy/explanation?tool=shell").json ?? .null
            #expect(answer["allowed"] == false)
            #expect(answer["answer"]?.stringValue?.contains("host, line 1") == true)
            #expect(try await api.ask("GET", "/v1/policy/history").json?[0]?["note"] == "why")
            #expect(try await api.ask("GET", "/v1/policy/history/1").json?["version"]?.integerValue == 1)
            #expect(api.audit.all.map(\.action) == [String](repeating: "applyPolicy", count: 4))
        }
    }

    @Test(
        "nonsense is refused",
        arguments: [
            ("POST", "/v1/policy", #"{"document": "{"}"#, 400), ("POST", "/v1/policy", #"{"documnet": "{}"}"#, 400),
            ("GET", "/v1/policy/explanation?tool=shell&model=x", nil, 400),
            ("GET", "/v1/policy/explanation?tool=shel", nil, 400), ("GET", "/v1/policy/explanation?vm=No", nil, 400),
            ("GET", "/v1/policy/history/x", nil, 400), ("GET", "/v1/policy/history/9", nil, 404),
        ] as [(String, String, String?, Int)])
    func nonsense(method: String, target: String, body: String?, status: Int) async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            #expect(try await api.ask(method, target, body: body).status == status)
            #expect(api.control.policies.version == 0)
        }
    }

    @Test("stands before the assistant: what is denied is not asked, the rest goes with what is allowed")
    func gate() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let text = #"{"tools": {"deny": ["shell"]}, "confirmations": ["csv"], "models": {"deny": ["big*"]}}"#
            let applied = try await program.aiu("policy", "apply", "-", input: text)
            #expect(applied.status == 0, "\(applied.errors)")
            #expect(applied.output.contains("version 1 is in force now"))
            #expect(try await program.aiu("tool", "ls", AssistProgram.vm).status == 0)
            let run = try await program.aiu(
                "tool", "run", AssistProgram.vm, "csv", "-a", "operation=count", "-a", "limit=5")
            #expect(run.output == "6 rows\n", "\(run.errors)")
            let prompt = try await program.aiu("prompt", AssistProgram.vm, "hello", "--model", "big-7b")
            #expect(prompt.status == 77, "\(prompt.errors)")
            #expect(prompt.errors.contains("version 1, host"))
            await program.control.setFeatures([WireProtocol.assistFeature])
            let older = try await program.aiu("prompt", AssistProgram.vm, "hello")
            #expect(older.errors.contains("older than the policy"), "\(older.errors)")
            let verbs = await program.control.operations.map(\.verb)
            #expect(!verbs.contains("prompt"))
        }
    }

    @Test("speaks to people")
    func people() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let wrong = "{\n  \"tools\": { \"deny\": [\"shel\"] }\n}"
            for words in [["policy", "check", "-"], ["policy", "apply", "-"]] {
                let refused = try await program.aiu(words, input: wrong)
                #expect(refused.status == 78)
                #expect(refused.errors.contains("line 2, column 23: `tools.deny[0]`"), "\(refused.errors)")
                #expect(refused.errors.contains("did you mean `shell`?"))
            }
            let right = "{ \"users\": { \"nobody\": { \"tools\": { \"deny\": [\"shell\"] } } } }"
            #expect(try await program.aiu("policy", "check", "-", input: right).output == "- is right\n")
            let dry = try await program.aiu("policy", "apply", "--dry-run", "-", input: right)
            #expect(dry.output.contains("users.nobody.tools.deny") && dry.output.contains("nothing is changed yet"))
            #expect(try await program.aiu("policy", "apply", "-", "--note", "try", input: right).status == 0)
            #expect(try await program.aiu("policy", "show").output == right + "\n")
            let denied = try await program.aiu("policy", "explain", "--user", "nobody", "--tool", "shell")
            #expect(denied.status == 1 && denied.output.contains("user nobody, line 1 denies the tool shell"))
            #expect(try await program.aiu("policy", "explain", "--tool", "shell").status == 0)
            #expect(try await program.aiu("policy", "history").output.contains("try"))
            #expect(try await program.aiu("policy", "rollback", "x").status == 64)
        }
    }
}
