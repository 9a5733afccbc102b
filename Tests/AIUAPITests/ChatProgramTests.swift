import AIUJSON
import AIUSystem
import AIUWire
import Glibc
import Testing

/// `aiu chat`, and the question before a sensitive tool, at a terminal.
struct ChatProgramTests {
    private static let script: ScriptedAgent.Script = { request, talk in
        guard case .prompt(let prompt) = request else {
            try talk.say(
                .conversations([ConversationSummary(id: "c1", title: "first", created: 1, updated: 1, turns: 1)]))
            return try talk.say(.done)
        }
        switch prompt.text {
        case "for ever":
            try talk.say(.text("thinking"))
            #expect(try talk.hear() == nil)
        case "dangerous":
            #expect(prompt.attended)
            try talk.say(
                .confirm(
                    ConfirmationRequest(
                        number: 3, tool: "shell", arguments: ["command": "rm -r x"], question: "Run it?",
                        timeoutMilliseconds: 60_000)))
            let reply = try talk.hear()
            try talk.say(PromptProgramTests.answer("\(reply == .confirmed(number: 3, yes: true) ? "ran" : "left")"))
        case "late":
            try talk.say(
                .confirm(
                    ConfirmationRequest(
                        number: 4, tool: "shell", arguments: [:], question: "Run it?", timeoutMilliseconds: 200)))
            #expect(try talk.hear() == .confirmed(number: 4, yes: false))
            try talk.say(PromptProgramTests.answer("not in time"))
        case let text:
            let lines = text.split(separator: "\n").joined(separator: "+")
            try talk.say(.text("said \(lines) in \(prompt.conversation ?? "none")\u{1B}[2J"))
            try talk.say(PromptProgramTests.answer("unused"))
        }
    }

    @Test("goes from prompt to prompt in one conversation, and Ctrl-C cancels an answer and not the chat")
    func chat() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            try await blocking {
                let terminal = try TestTerminal(program, "chat", AssistProgram.vm)
                try terminal.expect("vm-0000> ")
                try terminal.type("helo\u{1B}[Dl\u{5} wörld\r")
                let first = try terminal.expect("said hello wörld in none")
                #expect(!first.contains("\u{1B}[2J"))
                try terminal.expect("vm-0000> ")
                try terminal.type("one\\\rtwo\u{1B}[200~\rthree\u{1B}[201~\r")
                try terminal.expect("said one+two+three in c1")
                try terminal.expect("vm-0000> ")
                try terminal.type("for ever\r")
                try terminal.expect("thinking")
                try terminal.type("\u{3}")
                try terminal.expect("cancelled")
                try terminal.expect("vm-0000> ")
                try terminal.type("thrown away\u{3}")
                try terminal.expect("^C")
                try terminal.type("/nwe\r")
                try terminal.expect("did you mean /new?")
                try terminal.type("/new\r")
                try terminal.expect("begins a new conversation")
                try terminal.type("\u{1B}[A\u{1B}[A\u{1B}[A\u{1B}[A\r")
                try terminal.expect("said one+two+three in none")
                try terminal.type("/conversations\r")
                try terminal.expect("first")
                try terminal.type("/trace\r")
                try terminal.expect("with their stages")
                try terminal.expect("vm-0000> ")
                try terminal.type("\u{4}")
                #expect(try terminal.end() == .exited(0))
                let history = try Files.read("\(program.folder)/.local/state/aiu/chat-history")
                let lines = String(decoding: history, as: UTF8.self)
                #expect(lines.hasPrefix("hello wörld\none\\ntwo\\nthree\nfor ever\n/nwe\n/new\n"))
            }
        }
    }

    @Test("asks before a sensitive tool runs; anything but yes is no, and so is silence")
    func confirmation() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            try await blocking {
                for (typed, answer) in [
                    ("y\r", "ran"), ("Yes\r", "ran"), ("n\r", "left"), ("\r", "left"), ("yy\r", "left"),
                ] {
                    let terminal = try TestTerminal(program, "prompt", AssistProgram.vm, "dangerous")
                    let question = try terminal.expect("Run it? [y/N] ")
                    #expect(question.contains("command: rm -r x"))
                    try terminal.type(typed)
                    try terminal.expect(answer)
                    #expect(try terminal.end() == .exited(0))
                }
                let silent = try TestTerminal(program, "prompt", AssistProgram.vm, "late")
                try silent.expect("which is no")
                try silent.expect("not in time")
                #expect(try silent.end() == .exited(0))
                let interrupted = try TestTerminal(program, "prompt", AssistProgram.vm, "dangerous")
                try interrupted.expect("[y/N]")
                try interrupted.type("\u{3}")
                #expect(try interrupted.end() == .exited(130))
            }
        }
    }

    @Test("needs a terminal")
    func noTerminal() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let result = try await program.aiu("chat", AssistProgram.vm)
            #expect(result.status == 64 && result.errors.contains("aiu prompt vm-0000"))
        }
    }
}
