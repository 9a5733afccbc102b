import AIUJSON
import AIUSystem
import Glibc
import Testing

/// Budgets of tokens, with an honest guest and with one that keeps to nothing. What was charged is found again by counting.
@Suite("real VMs: tokens", .serialized, .enabled(if: Machine.isAvailable))
struct TokenTests {
    private static let long = "what is 2 to the power of 900"

    @Test("a budget is used up to the last token, and no further, whatever the guest says and whenever aiud dies")
    func budget() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box")
        try stopsAtExactly(60, machine)
        try staysWithin(machine)
        try survivesKill(machine)
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    private func stopsAtExactly(_ budget: Int, _ machine: borrowing Machine) throws {
        try give(budget, machine)
        var used = 0
        for prompt in ["what is 6 times 7", Self.long] {
            let result = try machine.aiu("prompt", "box", prompt, "--json")
            let answer = try JSON(parsing: Array(result.output.utf8))
            let text = try #require(answer["text"]?.stringValue)
            #expect(answer["promptTokens"]?.intValue == (try count(prompt, machine)))
            #expect(answer["answerTokens"]?.intValue == (try count(text, machine)))
            used += try count(prompt, machine) + count(text, machine)
            let isLast = prompt == Self.long
            #expect(result.status == (isLast ? 6 : 0), "\(result.errors)")
            #expect(answer["truncated"] == .bool(isLast))
            #expect((answer["stopped"]?.stringValue?.contains("'day'") ?? false) == isLast, "\(result.output)")
        }
        #expect(used == budget)
        #expect(try charged(machine) == budget)
        let refused = try machine.aiu("prompt", "box", "what is 6 times 7")
        #expect(refused.status == 6 && refused.output.isEmpty, "\(refused.output)")
        #expect(refused.errors.contains("day") && refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    }

    private func staysWithin(_ machine: borrowing Machine) throws {
        // In the assistant's place, for all prompts from now on.
        try machine.succeed(
            "exec", "--user", "root", "-i", "box", "--", "sh", "-c",
            """
            cat >/run/hostile && chmod 755 /run/hostile && exec python3 -c "
            import ctypes
            exit(ctypes.CDLL(None).mount(b'/run/hostile', b'/usr/lib/aiu/aiu-assistant', None, 4096, None))"
            """, input: HostileAssistant.program)
        try give(1000, machine)
        let flood = try machine.aiu("prompt", "box", "flood")
        #expect(flood.status == 6, "\(flood.errors)")
        let text = String(flood.output.dropLast())
        #expect(try count("flood", machine) + count(text, machine) == 1000)

        // Beside an answer of 20 tokens there is no room for so much.
        try give(20, machine)
        let hidden = try machine.aiu("prompt", "box", "hide", "--json")
        #expect(!hidden.output.contains("hidden"), "\(hidden.output.prefix(500))")
        #expect(try JSON(parsing: Array(hidden.output.utf8))["text"] == "yes")
        try give(2000, machine)
        let before = try charged(machine)
        for (wish, sentence) in [("stages", "assistant was stopped"), ("rubbish", "assistant went wrong")] {
            let stopped = try machine.aiu("prompt", "box", wish)
            #expect(stopped.status != 0 && stopped.errors.contains(sentence), "\(stopped.errors)")
            #expect(stopped.output.isEmpty)
        }
        #expect(try charged(machine) - before == (try count("stages", machine)) + (try count("rubbish", machine)))
        let silent = try machine.aiu("prompt", "box", "silent", "--timeout", "3s")
        #expect(silent.status == 124, "\(silent.errors)")
    }

    private func survivesKill(_ machine: borrowing Machine) throws {
        try give(100_000, machine)
        let before = try charged(machine)
        let path = "\(machine.state)/slow.txt"
        let output = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
        let client = try machine.start("prompt", "box", "slow", descriptors: [-1, output.raw, -1])
        #expect(try machine.eventually { try Files.read(path).count > 60 })
        // Waits for its end: what is asked while its sockets close one by one would be cut off.
        try machine.killSupervisor()
        _ = try client.wait()
        // Ends with the line end that `aiu` adds where an answer breaks off.
        var text = String(decoding: try Files.read(path), as: UTF8.self)
        if text.last == "\n" { text.removeLast() }
        let words = try count(text, machine)
        #expect(words >= 12)
        #expect(try charged(machine) - before == (try count("slow", machine)) + words)
        let records = try JSON(parsing: Array(try machine.succeed("tokens", "history", "--json").utf8))
        #expect(records[0]?["end"] == "crashed", "\(records)")
    }

    /// A policy with one budget, of which so many tokens are left.
    private func give(_ left: Int, _ machine: borrowing Machine) throws {
        let tokens = try charged(machine) + left
        let policy = """
            {"format": 1, "tokens": {"per_response": 100000, "budgets": [{"name": "day", "tokens": \(tokens), "window": "day"}]}}
            """
        let file = "\(machine.state)/wanted.json"
        try Files.replace(file, with: Array(policy.utf8))
        try machine.succeed("policy", "apply", file)
    }

    private func count(_ text: String, _ machine: borrowing Machine) throws -> Int {
        try #require(Int(try machine.succeed("model", "tokens", "aiu-router", "-", input: text)))
    }

    private func charged(_ machine: borrowing Machine) throws -> Int {
        let accounts = try JSON(parsing: Array(try machine.succeed("tokens", "show", "--json").utf8))
        return accounts.arrayValue?.first { $0["budget"] == "day" }?["used"]?.intValue ?? 0
    }
}

extension JSON {
    fileprivate var intValue: Int? {
        if case .integer(let number) = self { Int(exactly: number) } else { nil }
    }
}
