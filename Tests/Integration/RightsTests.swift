import AIUJSON
import AIUSystem
import Glibc
import Testing

/// What holds for a session, for what is under way, for answers and for copies, with a real VM.
@Suite("real VMs: rights", .serialized, .enabled(if: Machine.isAvailable))
struct RightsTests {
    private static let prompt = "what is 6 times 7"

    @Test(
        "conversations share a session, a shell ends with its token, answers are recorded, no copy leaves its rules")
    func rights() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box")
        try isRecorded(machine)
        try isOneSession(machine)
        try isCutOff(machine)
        try staysUnderItsRules(machine)
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    private func isRecorded(_ machine: borrowing Machine) throws {
        let answer = try machine.json("prompt", "box", Self.prompt)
        let text = try #require(JSON(answer)["text"]?.stringValue)
        let records = JSON(try machine.json("audit", "search", "--action", "prompt")).arrayValue ?? []
        let ended = try #require(records.last { $0["kind"] == "ended" })
        #expect(
            ended["outcome"] == "done" && ended["detail"]?["answer"]?["bytes"]?.integerValue == Int64(text.utf8.count))
        #expect(ended["detail"]?["answer"]?["sha256"]?.stringValue?.utf8.count == 64)
        #expect(ended["detail"]?["answer"]?["full"] == nil)
    }

    /// Each prompt begins a conversation of its own.
    private func isOneSession(_ machine: borrowing Machine) throws {
        try machine.succeed("restart", "box")
        try machine.succeed("tokens", "set", "per_session", "60")
        var answered = 0
        var refusal: Machine.Result?
        while refusal == nil, answered < 30 {
            let result = try machine.aiu("prompt", "box", Self.prompt)
            if result.status == 0 { answered += 1 } else { refusal = result }
        }
        #expect(answered > 1 && refusal?.status == 6, "\(answered): \(refusal?.errors ?? "")")
        #expect(refusal?.errors.contains("'session'") == true, "\(refusal?.errors ?? "")")
        try machine.succeed("pause", "box")
        try machine.succeed("resume", "box")
        #expect(try machine.aiu("prompt", "box", Self.prompt).status == 6)
        try machine.succeed("restart", "box")
        #expect(try machine.aiu("prompt", "box", Self.prompt).status == 0)
        try machine.succeed("tokens", "set", "per_session", "--remove")
    }

    private func isCutOff(_ machine: borrowing Machine) throws {
        for (words, status) in [
            (["exec", "box", "--", "sleep", "321"], 126), (["logs", "-f", "box"], 77), (["events", "-f"], 77),
        ] as [([String], Int32)] {
            let made = JSON(try machine.json("token", "create", "ci", "--role", "operator"))
            let secret = try #require(made["secret"]?.stringValue)
            var request = machine.request(words)
            request.environment += ["AIU_TOKEN=\(secret)"]
            let path = "\(machine.state)/said.txt"
            let errors = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
            request.descriptors = [-1, -1, errors.raw]
            let child = try Child.spawn(request)
            usleep(1_500_000)
            #expect(try child.poll() == nil)
            let began = ContinuousClock.now
            try machine.succeed("token", "revoke", "ci")
            #expect(try child.wait() == .exited(status), "\(words)")
            #expect(ContinuousClock.now - began < .seconds(4))
            let said = String(decoding: try Files.read(path), as: UTF8.self)
            #expect(said.contains("was revoked") && said.split(separator: "\n").count == 1, "\(said)")
        }
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "pgrep", "-f", "sleep 321").status != 0 })
        let records = JSON(try machine.json("audit", "search", "--action", "execute")).arrayValue ?? []
        #expect(records.contains { $0["outcome"] == "unauthenticated" })
    }

    private func staysUnderItsRules(_ machine: borrowing Machine) throws {
        try machine.succeed("stop", "box")
        try machine.succeed("policy", "apply", "-", input: #"{"vms": {"box": {"network": {"mode": "isolated"}}}}"#)
        for words in [["clone", "box", "other"], ["rename", "box", "other"]] {
            let refused = try machine.aiu(words)
            #expect(refused.status == 77 && refused.errors.contains("rules for it"), "\(words): \(refused.errors)")
        }
        try machine.succeed("export", "box", "-o", "\(machine.state)/box.aiu")
        let brought = try machine.aiu("import", "\(machine.state)/box.aiu", "--name", "other")
        #expect(brought.status == 77, "\(brought.errors)")
        #expect(try machine.names() == ["box"])
        try machine.succeed("policy", "apply", "-", input: "{}")
    }
}
