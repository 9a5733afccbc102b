import AIUJSON
import AIUModel
import AIUWire
import Testing

/// `aiu tool`, from the words typed to the frames of the protocol and back.
struct ToolProgramTests {
    static let tools: [ToolDescription] = [
        ToolDescription(
            name: "csv", area: "files", description: "Reads tables.",
            arguments: [
                "type": "object",
                "properties": [
                    "operation": ["type": "string", "enum": ["count", "sum"]],
                    "limit": ["type": "integer", "minimum": 1, "description": "How many."],
                ],
                "required": ["operation"],
            ], flavour: "micro", sensitive: false, enabled: true, available: true, examples: ["how many rows"]),
        ToolDescription(
            name: "shell", area: "utilities", description: "Runs a line.", arguments: ["type": "object"],
            flavour: "micro", sensitive: true, enabled: false, available: true, examples: []),
        ToolDescription(
            name: "pdf", area: "files", description: "Reads pages.", arguments: ["type": "object"], flavour: "full",
            sensitive: false, enabled: true, available: false, examples: []),
    ]

    private static let script: ScriptedAgent.Script = { request, talk in
        switch request {
        case .tools: try talk.say(.tools(tools))
        case .tool(let request):
            #expect(request.tool == "csv" && request.arguments == ["operation": "count", "limit": 5])
            #expect(!request.confirmed && !request.attended)
            try talk.say(.toolAnswer(PromptProgramTests.call(.succeeded, "6 rows", files: ["/workspace/a"])))
        case .models:
            try talk.say(
                .models([
                    GuestModel(
                        name: "aiu-router", roles: ["router"], loaded: true, architecture: "llama",
                        parameters: 9_000_000,
                        bytes: -1, contextLength: 512, engine: "haswell")
                ]))
        case .prompt, .conversations, .memory: try talk.refuse(OperationFailure(.invalid, "not expected"))
        }
    }

    @Test("are listed and described, for people and for programs")
    func list() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let table = try await program.aiu("tool", "ls", AssistProgram.vm)
            #expect(
                table.output == """
                    NAME   AREA       STATE                   WHAT IT DOES
                    csv    files      enabled                 Reads tables.
                    shell  utilities  disabled                Runs a line.
                    pdf    files      needs the flavour full  Reads pages.

                    """)
            #expect(try await program.aiu("tool", "ls", AssistProgram.vm, "-q").output == "csv\nshell\npdf\n")
            let json = try await program.aiu("tool", "ls", AssistProgram.vm, "--json")
            #expect(try JSON(parsing: Array(json.output.utf8))[2]?["available"] == false)
            let details = try await program.aiu("tool", "info", AssistProgram.vm, "csv").output
            for part in ["operation", "limit (optional)", "count, sum", "How many.", "how many rows"] {
                #expect(details.contains(part), "\(details)")
            }
            let unknown = try await program.aiu("tool", "info", AssistProgram.vm, "cvs")
            #expect(unknown.status == 66 && unknown.errors.contains("did you mean 'csv'?"))
        }
    }

    @Test("have models beside them in the VM")
    func models() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let table = try await program.aiu("model", "ls", "--vm", AssistProgram.vm).output
            #expect(table.contains("aiu-router  llama") && table.contains("router") && table.contains("haswell"))
            #expect(try await program.aiu("model", "ls", "--vm", AssistProgram.vm, "-q").output == "aiu-router\n")
        }
    }

    @Test("run with arguments of the types that their schemas say")
    func run() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let words = ["tool", "run", AssistProgram.vm, "csv", "-a", "operation=count", "--arg", "limit=5"]
            let text = try await program.aiu(words)
            #expect(text.status == 0 && text.output == "6 rows\n" && text.errors.contains("vm-0000:/workspace/a"))
            let json = try await program.aiu(words + ["--json"])
            #expect(try JSON(parsing: Array(json.output.utf8))["value"] == 42)
            #expect(json.errors == "")
        }
    }

    private static let wrong: [([String], Int32, String)] = [
        (["cvs"], 66, "did you mean 'csv'?"), (["shell"], 77, "aiu tool enable vm-0000 shell"),
        (["pdf"], 69, "--image full"), (["csv"], 64, "'operation': count, sum"),
        (["csv", "-a", "operation=cuont"], 64, "did you mean 'count'?"),
        (["csv", "-a", "operation=count", "-a", "limti=1"], 64, "did you mean 'limit'?"),
        (["csv", "-a", "operation=count", "-a", "limit=x"], 64, "whole number"),
        (["csv", "-a", "operation=count", "-a", "limit=0"], 64, "at least 1"),
        (["csv", "-a", "operation"], 64, "NAME=VALUE"),
        (["csv", "-a", "operation=sum", "-a", "operation=sum"], 64, "twice"),
    ]

    @Test("that cannot run are refused before anything happens in the VM", arguments: wrong)
    func refused(_ row: ([String], Int32, String)) async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let words = ["tool", "run", AssistProgram.vm] + row.0 + ["--file", "/etc/hosts"]
            let result = try await program.aiu(words)
            #expect(result.status == row.1 && result.errors.contains(row.2), "\(result.errors)")
            #expect(await program.control.operations.map(\.verb) == ["list tools"])
        }
    }

    @Test("are enabled and disabled in the configuration")
    func enable() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let vm = AssistProgram.vm
            #expect(
                try await program.aiu("tool", "enable", vm, "csv", "ocr").output
                    == "csv, ocr are enabled in 'vm-0000'\n")
            let order = try #require(await program.control.orders.last)
            #expect(order.changes == #"{"tools":["shell","files","csv","ocr"]}"# && order.expectedRevision != nil)
            #expect(try await program.aiu("tool", "disable", vm, "shell").output == "shell is disabled in 'vm-0000'\n")
            #expect(await program.control.orders.last?.changes == #"{"tools":["files"]}"#)
            let already = try await program.aiu("tool", "disable", vm, "pdf")
            #expect(already.status == 0 && already.output == "pdf is disabled in 'vm-0000' already\n")
            let unknown = try await program.aiu("tool", "enable", vm, "calcluator")
            #expect(unknown.status == 66 && unknown.errors.contains("'calculator'"))
            #expect(try await program.aiu("tool", "enable", vm).status == 64)
        }
    }
}
