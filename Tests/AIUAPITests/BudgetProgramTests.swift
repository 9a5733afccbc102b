import AIUJSON
import AIUModel
import AIUWire
import Testing

/// `aiu tokens`, from the words typed to the policy and the ledger.
struct BudgetProgramTests {
    private static func with(_ body: (AssistProgram) async throws -> Void) async throws {
        let script: ScriptedAgent.Script = { _, talk in try talk.refuse(.init(.invalid, "not expected")) }
        try await AssistProgram.with(script, ledger: FakeLedger(), body)
    }

    @Test("a budget is set, shown, added to, and taken away")
    func set() async throws {
        try await Self.with { program in
            #expect(try await program.aiu("tokens", "show").output.contains("no budget limits the tokens here"))
            let set = try await program.aiu(
                "tokens", "set", "day", "500", "--each", "user", "--warn-at", "80", "--rollover", "100")
            #expect(set.status == 0, "\(set.errors)")
            let shown = try await program.aiu("tokens", "show")
            #expect(shown.output.contains("500") && shown.output.contains("capped at 100"), "\(shown.output)")
            let granted = try await program.aiu("tokens", "grant", "day", "20")
            #expect(granted.output.contains("520 are left until"), "\(granted.output)\(granted.errors)")
            // Only what was named changes.
            #expect(try await program.aiu("tokens", "set", "day", "400").status == 0)
            let json = try await program.aiu("tokens", "show", "--json")
            let account = try JSON(parsing: Array(json.output.utf8))[0]
            #expect(account?["tokens"] == 400 && account?["granted"] == 20 && account?["warnAt"] == [0.8])
            #expect(try await program.aiu("tokens", "set", "per_response", "64").status == 0)
            #expect(try await program.aiu("tokens", "set", "per_tool.shell", "9", "--dry-run").status == 0)
            #expect(try await program.aiu("tokens", "forecast").output.contains("nothing to go by"))
            #expect(try await program.aiu("tokens", "history").output.contains("no request"))
            #expect(try await program.aiu("tokens", "set", "day", "--remove").status == 0)
            #expect(try await program.aiu("tokens", "show").output.contains("no budget"))
        }
    }

    @Test("what is wrong gets a sentence and a status, and changes nothing")
    func wrong() async throws {
        try await Self.with { program in
            for (words, status, text) in [
                (["set", "day"], 64, "TOKENS"), (["set", "day", "-5"], 64, ""), (["set", "day", "x"], 64, "TOKENS"),
                (["set", "day", "5", "--remove"], 64, "takes no number"),
                (["set", "day", "--remove"], 66, "no budget"),
                (["set", "day", "5", "--user", "a", "--vm", "b"], 64, "two scopes"),
                (["set", "per_query", "5", "--window", "day"], 64, "limit of a single request"),
                (["set", "day", "5", "--warn-at", "180"], 64, "percentage"),
                (["set", "day", "5", "--refill", "50"], 64, "50/hour"),
                // Contradictions are the policy's to find.
                (["set", "day", "5", "--refill", "50/hour", "--window", "day"], 78, "has no sense"),
                (["set", "per_tool.shel", "5"], 78, "did you mean `shell`"),
                (["grant", "day", "5"], 66, "no token budget"), (["grant", "day", "0"], 64, "TOKENS"),
                (["history", "-n", "0"], 64, "--lines"),
            ] as [([String], Int32, String)] {
                let result = try await program.aiu(["tokens"] + words)
                #expect(result.status == status && result.errors.contains(text), "\(words): \(result.errors)")
            }
            #expect(program.control.policies.version == 0)
        }
    }
}
