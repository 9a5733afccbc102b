import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Glibc

/// Calls of tools in the tests' process, with the engines and the contract of this repository.
enum ToolCall {
    static let root: String = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// Where SwiftPM put the programs that tools start; nil when they were not built.
    static let engines: String? = {
        let named = unsafe getenv("AIU_ENGINES").map { unsafe String(cString: $0) }
        let folders = [named, "\(root)/.build/debug", "\(root)/.build/release", "\(root)/build/bin"].compactMap { $0 }
        let folder = folders.first { Files.exists("\($0)/aiu-calculate") }
        if let folder { unsafe setenv("AIU_ENGINES", folder, 1) }
        return folder
    }()

    static func invocation(_ tool: String, _ arguments: JSON, files: [String] = [], languages: [String] = ["en"])
        -> ToolInvocation
    {
        ToolInvocation(tool: tool, arguments: arguments, files: files, resultsFolder: "/tmp", languages: languages)
    }

    /// As the program does it: from bytes, through the schema.
    static func reply(_ tool: String, _ arguments: JSON, files: [String] = [], languages: [String] = ["en"]) throws
        -> ToolReply
    {
        _ = engines
        let runner = ToolRunner(tool: tool, toolsDocument: "\(root)/model/tools.json")
        let call = invocation(tool, arguments, files: files, languages: languages)
        return runner.reply(to: try JSONText.encode(call))
    }

    /// The text of a call that works, or the reason and message of one that does not.
    static func text(_ tool: String, _ arguments: JSON, files: [String] = [], languages: [String] = ["en"]) throws
        -> String
    {
        let reply = try reply(tool, arguments, files: files, languages: languages)
        if let failure = reply.failure { return "\(failure.reason): \(failure.message)" }
        return reply.text
    }
}
