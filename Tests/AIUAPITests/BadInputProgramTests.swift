import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Testing

/// What is wrong gets one sentence and an exit code, and changes nothing.
struct BadInputProgramTests {
    private static let host = #"{"tokens": {"budgets": [{"name": "day", "tokens": 500, "window": "day"}]}, "#

    private static let documents: [(String, String)] = [
        // Rules that overlap, contradict each other, or can never hold.
        (#"{"network": {"allow": [{"host": "*.b.org"}, {"host": "a.b.org"}]}}"#, "adds nothing"),
        (#"{"network": {"allow": [{"host": "a.b.org"}], "deny": [{"host": "*.b.org"}]}}"#, "can never hold"),
        (#"{"tools": {"allow": ["shell"], "deny": ["shell"]}}"#, "both allowed and denied"),
        (#"{"models": {"allow": ["qwen2"], "deny": ["qwen*"]}}"#, "takes all of that away"),
        (#"{"tools": {}, "tools": {}}"#, "occurs twice"),
        // A domain that is none.
        (#"{"network": {"allow": [{"host": "no domain"}]}}"#, "network.allow[0].host"),
        (#"{"network": {"allow": [{"host": "http://a.org/"}]}}"#, "network.allow[0].host"),
        (#"{"network": {"deny": [{"host": "a..org"}]}}"#, "network.deny[0].host"),
        (#"{"network": {"allow": [{"host": "0x7f.1"}]}}"#, "network.allow[0].host"),
        // Budgets below zero, or above the outer scope's.
        (#"{"tokens": {"per_query": -1}}"#, "from 0 to"),
        (#"{"tokens": {"budgets": [{"name": "d", "tokens": -5, "window": "day"}]}}"#, "from 0 to"),
        (
            host + #""users": {"a": {"tokens": {"budgets": [{"name": "d", "tokens": 900, "window": "day"}]}}}}"#,
            "more than the 500"
        ),
        (#"{"tokens": {"per_session": 5}, "vms": {"b": {"tokens": {"per_session": 6}}}}"#, "more than the 5"),
        // What there is not, and what is not known yet.
        (#"{"tools": {"deny": ["shel"]}}"#, "did you mean `shell`?"),
        (#"{"models": {"deny": ["No Model"]}}"#, "must be a model's name"),
        (#"{"format": 99}"#, "newer than this program"),
        ("{", "expected"), ("", "expected"),
    ]

    @Test("a policy that is wrong", arguments: documents)
    func policies(document: String, words: String) async throws {
        let script: ScriptedAgent.Script = { _, _ in }
        try await AssistProgram.with(script) { (program: AssistProgram) async throws in
            for words in [["check", "-"], ["apply", "-"], ["apply", "--dry-run", "-"]] {
                let result = try await program.aiu(["policy"] + words, input: document)
                #expect(result.status == 78, "\(words): \(result.status ?? -1)")
                #expect(result.output.isEmpty)
                #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            }
            let result = try await program.aiu("policy", "apply", "-", input: document)
            #expect(result.errors.contains(words), "\(result.errors)")
            #expect(program.control.policies.version == 0)
        }
    }

    @Test("a token that expired, was revoked, or is none", arguments: ["expired", "revoked", "none"])
    func tokens(kind: String) async throws {
        let script: ScriptedAgent.Script = { _, _ in }
        let book = FakeTokens()
        try await AssistProgram.with(script, tokens: book) { (program: AssistProgram) async throws in
            let answer = try await program.ask("POST", "/v1/access-tokens", body: #"{"name":"ci","role":"operator"}"#)
            var holder = program
            holder.token = try JSONText.decode(NewAccessToken.self, from: answer.body).secret
            #expect(try await holder.aiu("ls").status == 0)
            switch kind {
            case "expired": book.change("ci") { $0.expires = Timestamp.now.milliseconds - 1 }
            case "revoked": #expect(try await program.ask("DELETE", "/v1/access-tokens/ci").status == 204)
            default: holder.token = "aiu_000000000000_" + String(repeating: "0", count: 64)
            }
            for words in [["ls"], ["stop", AssistProgram.vm], ["prompt", AssistProgram.vm, "x"]] {
                let result = try await holder.aiu(words)
                #expect(result.status == 77 && result.output.isEmpty, "\(words): \(result.status ?? -1)")
                #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            }
            // A clock that is put back brings none of them to life.
            book.change("ci") { $0.expires = Timestamp.now.milliseconds + 60_000 }
            #expect(try await holder.aiu("ls").status == 77)
            #expect(try await program.control.inspect(try #require(VMName(AssistProgram.vm))).record.phase == .running)
        }
    }
}
