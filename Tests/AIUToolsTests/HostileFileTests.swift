import AIUJSON
import AIUTools
import AIUWire
import Testing

/// Whatever stands in a file, a tool answers or refuses in a sentence.
@Suite("files that were made to hurt")
struct HostileFileTests {
    private static let calls: [(any Tool.Type, JSON)] = [
        (CSVTool.self, ["operation": "rows"]), (CSVTool.self, ["operation": "columns"]),
        (CSVTool.self, ["operation": "sort", "column": "1"]),
        (CSVTool.self, ["operation": "distinct", "column": "first"]),
        (CSVTool.self, ["operation": "maximum", "column": "1"]), (CSVTool.self, ["operation": "to_json"]),
        (JSONTool.self, ["operation": "format"]), (JSONTool.self, ["operation": "validate"]),
        (JSONTool.self, ["operation": "to_csv"]), (Summarizer.self, ["sentences": 3]), (Sentiment.self, [:]),
        (LogAnalyzer.self, ["operation": "summary"]), (LogAnalyzer.self, ["operation": "timeline"]),
        (LogAnalyzer.self, ["operation": "frequent"]), (FileBrowser.self, ["operation": "read"]),
    ]

    private static let pieces = [
        "\"", ",", ";", "\n", "\r", "\t", "{", "}", "[", "]", ":", "0", "-", "9e999", "1,2", "2024-13-45", "é",
        "\u{FEFF}",
        "\u{202E}", "null", "ERROR", "May 32 25:61:61", "<", "&#x110000;", "```", "|", "   ", "😀", "\\u12", "=", "#",
        "12:30",
    ]

    @Test("mixtures of all that means something", arguments: 0..<12)
    func mixtures(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed + 1))
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...400, using: &random) {
            if Int.random(in: 0..<12, using: &random) == 0 {
                bytes.append(UInt8.random(in: 1...255, using: &random))
            } else {
                bytes += Array(Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)].utf8)
            }
        }
        try ScratchWorkspace.with { workspace in
            let path = try workspace.file("x.txt", bytes: bytes)
            var call = WorkspaceCall(workspace: workspace)
            call.files = [path]
            for (type, arguments) in Self.calls {
                var arguments = arguments
                arguments[type == FileBrowser.self ? "path" : "file"] = "x.txt"
                let tool = Toolbox.tool(named: type.name)
                let message = failure {
                    guard let tool else { return }
                    _ = try tool.run(
                        ToolInvocation(
                            tool: type.name, arguments: arguments, files: [path], resultsFolder: workspace.path))
                }
                if let message { #expect(message.utf8.count < 4000) }
            }
        }
    }

    @Test("depth and length have an end", arguments: 0..<4)
    func extremes(kind: Int) throws {
        let texts = [
            String(repeating: "[", count: 30_000), String(repeating: "a,", count: 40_000) + "\n1\n",
            String(repeating: "word ", count: 40_000), String(repeating: "\n", count: 60_000),
        ]
        try ScratchWorkspace.with { workspace in
            let path = try workspace.file("x.txt", texts[kind])
            for (type, arguments) in Self.calls where type != Sentiment.self {
                var arguments = arguments
                arguments[type == FileBrowser.self ? "path" : "file"] = "x.txt"
                let message = failure {
                    _ = try Toolbox.tool(named: type.name)?.run(
                        ToolInvocation(
                            tool: type.name, arguments: arguments, files: [path], resultsFolder: workspace.path))
                }
                if let message { #expect(message.utf8.count < 4000) }
            }
        }
    }
}
