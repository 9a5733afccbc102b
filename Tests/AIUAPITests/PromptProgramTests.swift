import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

/// `aiu prompt` and `aiu tool`, from the words typed to the frames of the protocol and back.
struct PromptProgramTests {
    static func answer(
        _ text: String, _ outcome: PromptAnswer.Outcome = .answered, calls: [ToolCallReport] = [], files: [String] = []
    ) -> AssistEvent {
        .answer(
            PromptAnswer(
                outcome: outcome, text: text, language: "en", model: "aiu-router", conversation: "c1", calls: calls,
                files: files, promptTokens: 5, answerTokens: 7, milliseconds: 12.5, truncated: false))
    }

    static func call(_ status: ToolCallReport.Status, _ text: String = "because", files: [String] = [])
        -> ToolCallReport
    {
        ToolCallReport(
            tool: "shell", arguments: ["command": "ls"], status: status, text: text, value: 42, files: files,
            milliseconds: 3)
    }

    private static let stage = AssistEvent.stage(
        StageReport(stage: .plan, milliseconds: 1.5, summary: "one call of \u{1B}[31mcalculator"))

    @Test("an answer is written as it comes, and complete with --no-stream")
    func streams() async throws {
        let script: ScriptedAgent.Script = { request, talk in
            guard case .prompt(let prompt) = request else { return }
            #expect(prompt == PromptRequest(text: "what is 6 times 7"))
            try talk.say(Self.stage)
            for piece in ["It ", "is ", "42."] { try talk.say(.text(piece)) }
            try talk.say(Self.answer("It is 42."))
        }
        try await AssistProgram.with(script) { (program: AssistProgram) async throws in
            for words in [["what is 6 times 7"], ["what", "is", "6", "times", "7"]] {
                let result = try await program.aiu(
                    "prompt", AssistProgram.vm, words[0] + words.dropFirst().map { " \($0)" }.joined())
                #expect(result.status == 0 && result.output == "It is 42.\n" && result.errors == "")
            }
            let whole = try await program.aiu(
                "prompt", AssistProgram.vm, "what", "is", "6", "times", "7", "--no-stream")
            #expect(whole.output == "It is 42.\n")
            let piped = try await program.aiu("prompt", AssistProgram.vm, input: "what is 6 times 7")
            #expect(piped.output == "It is 42.\n")
            let traced = try await program.aiu("prompt", AssistProgram.vm, "-", "--trace", input: "what is 6 times 7")
            #expect(traced.output == "It is 42.\n")
            #expect(traced.errors.contains("plan        1.5 ms") && !traced.errors.contains("\u{1B}"))
            #expect(traced.errors.contains("aiu-router, 5 tokens in, 7 out"))
        }
    }

    @Test("for programs an answer is JSON, with the stages when they are asked for")
    func json() async throws {
        let script: ScriptedAgent.Script = { _, talk in
            try talk.say(Self.stage)
            try talk.say(.text("It is 42."))
            try talk.say(Self.answer("It is 42.", calls: [Self.call(.succeeded)]))
        }
        try await AssistProgram.with(script) { (program: AssistProgram) async throws in
            let plain = try await program.aiu("prompt", AssistProgram.vm, "x", "--json")
            let json = try JSON(parsing: Array(plain.output.utf8))
            #expect(json["text"] == "It is 42." && json["calls"]?[0]?["value"] == 42 && json["stages"] == nil)
            let traced = try await program.aiu("prompt", AssistProgram.vm, "x", "--json", "--trace")
            #expect(try JSON(parsing: Array(traced.output.utf8))["stages"]?[0]?["stage"] == "plan")
            #expect(traced.errors == "")
            #expect(
                try await program.aiu("prompt", AssistProgram.vm, "x", "--yaml").output.contains("outcome: answered"))
        }
    }

    private static let ends: [(AssistEvent, Int32)] = [
        (answer("nothing fits", .nothingFits), 3), (answer("it broke", .failed, calls: [call(.failed)]), 4),
        (answer("no", .failed, calls: [call(.succeeded), call(.refused)]), 5), (answer("no way", .failed), 4),
        (answer("slow", .failed, calls: [call(.timedOut)]), 124),
        (answer("not here", .failed, calls: [call(.unavailable)]), 69), (.done, 70),
    ]

    @Test("why there is no answer goes to standard error, and the status tells it apart", arguments: ends)
    func statuses(_ row: (AssistEvent, Int32)) async throws {
        try await AssistProgram.with { _, talk in
            try talk.say(row.0)
        } _: { (program: AssistProgram) async throws in
            let result = try await program.aiu("prompt", AssistProgram.vm, "x")
            #expect(result.status == row.1 && result.output == "" && result.errors.hasPrefix("aiu"))
        }
    }

    @Test("without a terminal a sensitive tool is not allowed, unless --yes said so")
    func confirmation() async throws {
        let script: ScriptedAgent.Script = { request, talk in
            guard case .prompt(let prompt) = request else { return }
            #expect(!prompt.attended)
            if prompt.confirmed { return try talk.say(Self.answer("done")) }
            try talk.say(
                .confirm(
                    ConfirmationRequest(
                        number: 1, tool: "shell", arguments: ["command": "ls"], question: "Run it?",
                        timeoutMilliseconds: 60_000)))
            #expect(try talk.hear() == .confirmed(number: 1, yes: false))
            try talk.say(Self.answer("not allowed", .failed, calls: [Self.call(.refused)]))
        }
        try await AssistProgram.with(script) { (program: AssistProgram) async throws in
            #expect(try await program.aiu("prompt", AssistProgram.vm, "list").status == 5)
            #expect(try await program.aiu("prompt", AssistProgram.vm, "list", "--yes").output == "done\n")
        }
    }

    @Test("files go in before, and what tools made comes out, but never over what is there")
    func files() async throws {
        let script: ScriptedAgent.Script = { request, talk in
            guard case .prompt(let prompt) = request else { return }
            #expect(prompt.files == ["/workspace/orders.csv", "/workspace/stdin"])
            try talk.say(
                Self.answer("made", files: ["/workspace/orders.csv", "/workspace/stdin", "/workspace/.profile"]))
        }
        try await AssistProgram.with(script) { (program: AssistProgram) async throws in
            try Files.replace("\(program.folder)/orders.csv", with: Array("price\n1\n".utf8))
            let words = ["prompt", AssistProgram.vm, "x", "--file", "\(program.folder)/orders.csv", "--file", "-"]
            let listed = try await program.aiu(words, input: "from a pipe")
            #expect(listed.status == 0 && listed.output == "made\n")
            #expect(listed.errors.contains("vm-0000:/workspace/orders.csv"))
            #expect(try Files.read("\(program.folder)/guest/orders.csv") == Array("price\n1\n".utf8))
            #expect(try Files.read("\(program.folder)/guest/stdin") == Array("from a pipe".utf8))
            try Files.makeFolder("\(program.folder)/out")
            try Files.replace("\(program.folder)/out/stdin", with: [1])
            let copied = try await program.aiu(words + ["--out", "\(program.folder)/out"], input: "again")
            #expect(copied.status == 65 && copied.errors.contains("hidden") && copied.errors.contains("there already"))
            #expect(try Files.read("\(program.folder)/out/stdin") == [1])
            #expect(try Files.names(in: "\(program.folder)/out").sorted() == ["orders.csv", "stdin"])
        }
    }

    @Test("what is wrong with the words is said before the VM is asked")
    func wrong() async throws {
        try await AssistProgram.with { _, _ in
        } _: { (program: AssistProgram) async throws in
            let vm = AssistProgram.vm
            let rows: [([String], Int32, String)] = [
                (["prompt", vm, "  "], 64, "empty"), (["prompt", vm, "x", "--file", "/no/such"], 66, "/no/such"),
                (["prompt", vm, "-", "--file", "-"], 64, "both"),
                (["prompt", vm, "x", "--out", "/etc/passwd"], 65, "folder"),
                (["prompt", "nobody", "x"], 66, "nobody"), (["prompt", "Big", "x"], 65, "VM name"),
                (["prompt", vm, String(repeating: "x", count: 40_000)], 65, "40000 bytes"),
                (["prompt", vm, "x", "-f", "/etc/hosts", "-f", "/etc/./hosts"], 64, "rename"),
                (["prompt", vm, "x", "--conversation", ""], 64, "conversation"),
            ]
            for row in rows {
                let result = try await program.aiu(row.0)
                #expect(result.status == row.1 && result.errors.contains(row.2), "\(row.0): \(result.errors)")
            }
            #expect(await program.control.operations.allSatisfy { $0.verb == "never" })
        }
    }

    @Test("a refusal is told in the words of who refused")
    func refusal() async throws {
        try await AssistProgram.with { _, talk in
            try talk.refuse(OperationFailure(.notFound, "there is no conversation 'x'"))
        } _: { (program: AssistProgram) async throws in
            let result = try await program.aiu("prompt", AssistProgram.vm, "x", "-c", "x")
            #expect(result.status == 66 && result.errors == "aiu: there is no conversation 'x'\n")
        }
    }

    @Test("Ctrl-C cancels the work in the VM")
    func cancel() async throws {
        let told = Flag()
        try await AssistProgram.with { _, talk in
            try talk.say(.text("It"))
            #expect(try talk.hear() == nil)
            told.raise()
        } _: { (program: AssistProgram) async throws in
            let outcome = try await blocking {
                let output = try FileDescriptor.open("\(program.folder)/out", O_RDWR | O_CREAT)
                let child = try program.start(["prompt", AssistProgram.vm, "x"], [-1, output.raw, -1])
                while try Files.read("\(program.folder)/out").isEmpty { usleep(10_000) }
                try child.signal(SIGINT)
                return try child.wait()
            }
            #expect(outcome == .exited(130))
            for _ in 0..<500 where !told.isUp { try await Task.sleep(for: .milliseconds(10)) }
            #expect(told.isUp)
        }
    }
}
