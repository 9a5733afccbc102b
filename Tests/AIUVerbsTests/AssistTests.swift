import AIUCommandLine
import AIUJSON
import AIUModel
import AIUVerbs
import AIUWire
import Testing

@Suite("The words for the assistant")
struct AssistTests {
    private static let understood: [([String], [String])] = [
        (["prompt", "d", "a", "b", "--trace"], ["prompt"]), (["prompt", "d", "-f", "x", "-f", "y", "-"], ["prompt"]),
        (["tool", "list", "d", "--yaml"], ["tool", "ls"]),
        (["tool", "run", "d", "csv", "-a", "x=1"], ["tool", "run"]),
        (["tool", "enable", "d", "csv", "json"], ["tool", "enable"]),
    ]

    @Test("are understood", arguments: understood)
    func understands(_ row: ([String], [String])) throws {
        #expect(try arguments(row.0).command == row.1)
    }

    @Test("make a request")
    func request() throws {
        let parsed = try arguments([
            "prompt", "d", "how", "many", "--file", "/etc/hosts", "-c", "work", "--model", "big", "--yes",
        ])
        let wish = try PromptWish(parsed, words: parsed.arguments("text"), files: parsed.options("file"))
        #expect(
            try wish.request(parsed, attended: true)
                == PromptRequest(
                    text: "how many", files: ["/workspace/hosts"], conversation: "work", model: "big", confirmed: true,
                    attended: true))
    }

    private static let tool = ToolDescription(
        name: "t", area: "a", description: "d",
        arguments: [
            "properties": [
                "text": ["type": "string"], "count": ["type": "integer", "maximum": 9], "share": ["type": "number"],
                "flag": ["type": "boolean"], "list": ["type": "array"],
            ]
        ], flavour: "micro", sensitive: false, enabled: true, available: true, examples: [])

    @Test("give a tool's arguments the types of its schema")
    func types() throws {
        let words = ["text=5=6", "count=-3", "share=1.5", "flag=true", "list=[1]"]
        #expect(
            try ToolArguments(Self.tool).read(words) == [
                "text": "5=6", "count": -3, "share": 1.5, "flag": true, "list": [1],
            ])
        #expect(try ToolArguments(Self.tool).read(["share=2", "text="]) == ["share": 2, "text": ""])
        for wrong in ["count=10", "count=1.0", "count=+1", "share=nan", "flag=yes", "list=[", "=1", "text", "x=1"] {
            #expect(throws: Problem.self, "\(wrong)") { try ToolArguments(Self.tool).read([wrong]) }
        }
    }

    @Test("that enable and disable tools keep the order of the others")
    func enabling() {
        #expect(EnableToolVerb.change(["shell", "csv"], [.json, .csv], enables: true) == ["shell", "csv", "json"])
        #expect(EnableToolVerb.change(["shell", "csv", "json"], [.csv, .ocr], enables: false) == ["shell", "json"])
    }
}

@Suite("What the assistant shows")
struct AssistOutputTests {
    @Test("before a sensitive tool runs is every argument whole, and nothing that commands the terminal")
    func confirmation() {
        let request = ConfirmationRequest(
            number: 1, tool: "code\u{1B}[2Jrunner", arguments: ["language": "python", "code": "print(1)\nrm\r -rf"],
            question: "Run it?\u{202E}", timeoutMilliseconds: 1)
        #expect(
            Confirmation.text(request) == """
                The tool code\\u{1b}[2Jrunner wants to run with:
                  language: python
                  code:
                    print(1)
                    rm\\r -rf
                Run it?\\u{202e} [y/N]\(" ")
                """)
    }

    @Test("of its stages is a line each, whatever the numbers are")
    func trace() {
        let report = StageReport(stage: .analyse, milliseconds: 0.25, summary: "English\n\u{7}")
        #expect(TraceText.stage(report, style: .plain) == "analyse     0.3 ms    English\\n\\u{7}\n")
        for wrong in [-1.0, .infinity, .nan, 1e300] {
            let text = TraceText.stage(StageReport(stage: .plan, milliseconds: wrong, summary: ""), style: .plain)
            #expect(text.contains("?"))
        }
    }

    @Test("at the end has a status for each reason")
    func statuses() {
        let all: [(ToolCallReport.Status, ExitCode)] = [
            (.succeeded, .ok), (.failed, .toolFailed), (.refused, .notConfirmed), (.timedOut, .timedOut),
            (.unavailable, .unavailable),
        ]
        for (status, code) in all { #expect(ExitCode(status) == code) }
    }
}
