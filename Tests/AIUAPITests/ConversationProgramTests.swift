import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Testing

/// `aiu conversations` and `aiu run --prompt`, from the words typed to the frames of the protocol and back.
struct ConversationProgramTests {
    private static let summary = ConversationSummary(
        id: "c4f2", title: "orders\u{1B}[2J", created: 1_700_000_000_000, updated: 1_700_000_000_000, turns: 7,
        excerpt: "the average")
    private static let script: ScriptedAgent.Script = { request, talk in
        guard case .conversations(let wish) = request else { return }
        switch wish {
        case .list, .search:
            try talk.say(.conversations([summary]))
            try talk.say(.done)
        case .show:
            let turn = ConversationRecord.Turn(
                number: 7, time: -1, prompt: "average\nprice", answer: "It is 4.", tools: ["csv"])
            try talk.say(.conversation(ConversationRecord(summary: summary, turns: [turn])))
        case .export(let name):
            try talk.say(.document(["version": 1]))
            if name == "long" { try talk.say(.document(["version": 1, "turns": []])) }
            try talk.say(.done)
        case .rename("c4f2", "new title"), .erase("c4f2"), .eraseAll: try talk.say(.done)
        case .importing(let document):
            #expect(document == ["version": 1] || document == ["version": 1, "turns": [], "continues": "c4f2"])
            try talk.say(.conversation(ConversationRecord(summary: summary, turns: [])))
        case .rename, .erase: try talk.refuse(OperationFailure(.notFound, "there is no such conversation"))
        }
    }

    @Test("are listed, searched and shown, and command no terminal")
    func reading() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let vm = AssistProgram.vm
            let table = try await program.aiu("conversations", "ls", vm).output
            #expect(table.hasPrefix("IDENTIFIER  TITLE") && table.contains("c4f2        orders\\u{1b}[2J"))
            #expect(try await program.aiu("conversation", "list", vm, "-q").output == "c4f2\n")
            let found = try await program.aiu("conversations", "search", vm, "average", "price", "--json")
            #expect(try JSON(parsing: Array(found.output.utf8))[0]?["excerpt"] == "the average")
            #expect(
                await program.control.operations.last
                    == .assist(.conversations(.search(text: "average price"))))
            let shown = try await program.aiu("conversations", "show", vm, "c4f2").output
            #expect(shown.hasSuffix("7. an unknown time (csv)\n> average\n> price\nIt is 4.\n"), "\(shown)")
            #expect(shown.contains("the last 1;"))
        }
    }

    @Test("are renamed, moved and erased")
    func changing() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let vm = AssistProgram.vm
            #expect(try await program.aiu("conversations", "rename", vm, "c4f2", "new title").status == 0)
            let file = "\(program.folder)/c.json"
            #expect(try await program.aiu("conversations", "export", vm, "c4f2", "-o", file).status == 0)
            #expect(try await program.aiu("conversations", "export", vm, "c4f2", "-o", file).status == 73)
            #expect(try await program.aiu("conversations", "import", vm, file).status == 0)
            let piped = try await program.aiu("conversations", "import", vm, "-", input: #"{"version":1}"#)
            #expect(piped.status == 0)
            let long = try await program.aiu("conversations", "export", vm, "long")
            #expect(try JSON(parsing: Array(long.output.utf8)).arrayValue?.count == 2)
            #expect(try await program.aiu("conversations", "import", vm, "-", input: long.output).status == 0)
            for wrong in ["{", "[]", "5", "[[]]"] {
                #expect(try await program.aiu("conversations", "import", vm, "-", input: wrong).status == 65)
            }
            #expect(try await program.aiu("conversations", "erase", vm, "c4f2").status == 64)
            #expect(try await program.aiu("conversations", "erase", vm, "c4f2", "x", "--yes").status == 2)
            #expect(try await program.aiu("conversations", "erase", vm, "x", "--yes").status == 66)
            #expect(try await program.aiu("conversations", "erase", vm, "--all", "-y").status == 0)
            #expect(try await program.aiu("conversations", "erase", vm, "-y").status == 64)
        }
    }

    @Test("a prompt in a VM of its own is answered, its results are kept, and the VM is gone")
    func run() async throws {
        let script: ScriptedAgent.Script = { request, talk in
            guard case .prompt(let prompt) = request else { return }
            #expect(prompt == PromptRequest(text: "average price", files: ["/workspace/orders.csv"], ephemeral: true))
            try talk.say(.text("It is 4."))
            try talk.say(PromptProgramTests.answer("It is 4.", files: ["/workspace/orders.csv"]))
        }
        try await AssistProgram.with(script) { (program: AssistProgram) async throws in
            let file = "\(program.folder)/orders.csv"
            let out = "\(program.folder)/out"
            try Files.replace(file, with: Array("price\n4\n".utf8))
            let result = try await program.aiu("run", "--name", "own", "--prompt", "average price", "--out", out, file)
            #expect(result.status == 0 && result.output == "It is 4.\n", "\(result.errors)")
            #expect(try Files.read("\(out)/orders.csv") == Array("price\n4\n".utf8))
            #expect(try await program.aiu("ls", "-q").output == "vm-0000\n")
            let json = try await program.aiu("run", "-p", "-", "--json", file, input: "average price")
            #expect(try JSON(parsing: Array(json.output.utf8))["text"] == "It is 4.")
        }
    }

    private static let wrong: [([String], String)] = [
        (["--prompt", "x", "/etc/hosts", "--json"], "must stand before the files"),
        (["--prompt", "x", "-t", "/etc/hosts"], "`--tty` is for commands"), (["--prompt", " "], "empty"),
        (["--trace", "--", "true"], "`--trace` needs `--prompt`"), (["--prompt", "x", "/no/such"], "/no/such"),
        (["--prompt", "-", "-"], "both"), ([], "COMMAND is missing"),
    ]

    @Test("what is wrong is refused before there is a VM", arguments: wrong)
    func refused(_ row: ([String], String)) async throws {
        try await AssistProgram.with { _, _ in
        } _: { (program: AssistProgram) async throws in
            let result = try await program.aiu(["run"] + row.0)
            #expect(result.status != 0 && result.errors.contains(row.1), "\(result.errors)")
        }
    }
}
