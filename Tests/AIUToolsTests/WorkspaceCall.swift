import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Testing

/// Calls of tools on a scratch workspace, with every reply checked against the catalogue of phrases.
struct WorkspaceCall {
    let workspace: ScratchWorkspace
    var files: [String] = []
    var languages = ["en"]

    func run(_ tool: some Tool, _ arguments: JSON) throws(ToolReply.Failure) -> ToolReply {
        let reply = try tool.run(
            ToolInvocation(
                tool: type(of: tool).name, arguments: arguments, files: files,
                resultsFolder: "\(workspace.path)/results", languages: languages))
        checkPhrase(reply)
        return reply
    }

    /// Every phrase that is used is there, in all languages, and finds all that it needs.
    private func checkPhrase(_ reply: ToolReply) {
        guard let phrase = reply.phrase else { return }
        let tool = phrase.name.split(separator: ".").first.map(String.init) ?? ""
        let path = "\(ToolCall.root)/guest-agent/phrases/\(tool).json"
        guard let bytes = try? Files.read(path), let catalogue = try? JSON(parsing: bytes),
            let templates = catalogue[phrase.name]
        else {
            Issue.record("no phrase \(phrase.name)")
            return
        }
        for language in ["en", "de", "fr", "es", "it", "pt", "nl", "pl"] {
            guard let template = templates[language]?.stringValue else {
                Issue.record("\(phrase.name) is not there in \(language)")
                continue
            }
            for match in template.matches(of: /\{(\w+)\}/) where phrase.values[String(match.1)] == nil {
                Issue.record("\(phrase.name) in \(language) needs \(match.1)")
            }
        }
    }
}

/// The message of the failure that the body ends in.
func failure(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
