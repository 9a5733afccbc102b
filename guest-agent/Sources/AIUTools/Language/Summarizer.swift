internal import AIUJSON
package import AIUWire

/// Makes a text shorter by keeping the sentences that say most of it.
package struct Summarizer: Tool {
    package static let name = "summarizer"

    private static let longest = 4 << 20

    private let root: String

    package init() { self.init(root: ToolConfinement.workspace) }

    package init(root: String) { self.root = root }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let text: String
        var name = ""
        if arguments.text("file") == nil, let given = arguments.text("text") {
            text = given
        } else {
            let scope = WorkspaceScope(invocation, root: root)
            let file = try FileChoice(invocation, scope: scope).file(arguments.text("file"), .document)
            name = file.name
            text = PlainText.of(try TextFile.read(file.path, name: file.name, limit: Self.longest), name: file.name)
        }
        let sentences = SentenceSplitter.split(text)
        guard !sentences.isEmpty else {
            throw ToolReply.Failure(
                .invalid, "\(name.isEmpty ? "The text" : "'\(name)'") has no sentences to summarise.")
        }
        let wanted = arguments.integer("sentences") ?? Self.usual(sentences.count)
        let chosen = SentenceRanking(sentences).best(wanted).map { sentences[$0] }
        // Asked for so many points, people want to see them apart.
        let summary = chosen.joined(separator: arguments.integer("sentences") == nil ? " " : "\n")
        return ToolReply(
            text: summary,
            value: .object([
                .init("sentences", .array(chosen.map { .string($0) })), .init("of", .integer(Int64(sentences.count))),
            ]),
            phrase: .init(
                name.isEmpty ? "summarizer.text" : "summarizer.file",
                ["summary": summary, "file": name, "count": "\(chosen.count)", "total": "\(sentences.count)"]))
    }

    private static func usual(_ count: Int) -> Int { count <= 4 ? max(1, count / 2) : min(7, max(2, count / 6)) }
}
