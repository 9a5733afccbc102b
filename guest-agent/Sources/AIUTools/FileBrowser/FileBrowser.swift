internal import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// Lists, finds, shows, writes, copies, moves and deletes what is in the workspace.
package struct FileBrowser: Tool {
    package static let name = "file_browser"

    /// As in the tool's arguments.
    enum Operation: String, CaseIterable, Sendable {
        case list, find, largest, read, info, write, append, copy, move, delete
        case createFolder = "create_folder"
    }

    /// Entries that a sentence shows.
    static let shownEntries = 40

    private let root: String

    package init() { self.init(root: ToolConfinement.workspace) }

    package init(root: String) { self.root = root }

    package func run(_ invocation: ToolInvocation) throws(ToolReply.Failure) -> ToolReply {
        let arguments = Arguments(invocation)
        let scope = WorkspaceScope(invocation, root: root)
        let choice = FileChoice(invocation, scope: scope)
        let operation = try arguments.requiredChoice("operation", Operation.self)
        switch operation {
        case .list: return try list(arguments, scope, choice)
        case .find: return try find(arguments, scope, choice)
        case .largest: return try largest(arguments, scope, choice)
        case .read: return try FileReading(scope: scope, choice: choice).read(arguments)
        case .info: return try FileReading(scope: scope, choice: choice).info(arguments)
        case .write, .append:
            return try FileChange(scope: scope, choice: choice).write(arguments, appending: operation == .append)
        case .copy: return try FileChange(scope: scope, choice: choice).transfer(arguments, moving: false)
        case .move: return try FileChange(scope: scope, choice: choice).transfer(arguments, moving: true)
        case .delete: return try FileChange(scope: scope, choice: choice).delete(arguments)
        case .createFolder: return try FileChange(scope: scope, choice: choice).createFolder(arguments)
        }
    }

    private func folder(
        _ arguments: Arguments, _ scope: WorkspaceScope, _ choice: FileChoice
    ) throws(ToolReply.Failure) -> String {
        guard let text = arguments.text("path") else { return scope.root }
        return try choice.existing(text)
    }

    private func list(
        _ arguments: Arguments, _ scope: WorkspaceScope, _ choice: FileChoice
    ) throws(ToolReply.Failure) -> ToolReply {
        let path = try folder(arguments, scope, choice)
        guard WorkspaceWalk.entry(path, "")?.isFolder ?? false else {
            return try FileReading(scope: scope, choice: choice).info(arguments)
        }
        var (entries, _) = WorkspaceWalk(path).entries(recursive: false)
        let total = entries.count
        if let limit = arguments.integer("limit") { entries = Array(entries.prefix(limit)) }
        let lines = entries.map { $0.isFolder ? "\($0.name)/" : $0.name }
        return ToolReply(
            text: lines.joined(separator: "\n"), value: .array(entries.prefix(2000).map(Self.value)),
            phrase: .init(
                entries.isEmpty ? "file_browser.list.empty" : "file_browser.list",
                ["folder": scope.display(path), "count": "\(total)", "entries": Self.shown(lines)]))
    }

    private func find(
        _ arguments: Arguments, _ scope: WorkspaceScope, _ choice: FileChoice
    ) throws(ToolReply.Failure) -> ToolReply {
        var path = scope.root
        var text = arguments.text("pattern")
        if let given = arguments.text("path") {
            if text == nil { text = given } else { path = try choice.existing(given) }
        }
        guard let text else {
            throw ToolReply.Failure(.invalid, "Say the name that is looked for, a part of it or its ending.")
        }
        let pattern = NamePattern(text)
        let (entries, isCut) = WorkspaceWalk(path).entries()
        var found = entries.filter { pattern.matches($0.name) || ($0.relative == text.unquoted) }
        let count = found.count
        if let limit = arguments.integer("limit") { found = Array(found.prefix(limit)) }
        let lines = found.map { scope.display($0.path) }
        return ToolReply(
            text: lines.joined(separator: "\n"),
            value: .object([
                .init("found", .integer(Int64(count))), .init("complete", .bool(!isCut)),
                .init("files", .array(found.prefix(2000).map { Self.value($0, name: scope.display($0.path)) })),
            ]),
            phrase: .init(
                found.isEmpty ? "file_browser.find.none" : "file_browser.find",
                ["pattern": text.unquoted, "count": "\(count)", "files": Self.shown(lines)]))
    }

    private func largest(
        _ arguments: Arguments, _ scope: WorkspaceScope, _ choice: FileChoice
    ) throws(ToolReply.Failure) -> ToolReply {
        let path = try folder(arguments, scope, choice)
        let pattern = arguments.text("pattern").map { NamePattern($0) }
        let files = WorkspaceWalk(path).entries().entries.filter {
            !$0.isFolder && !$0.isLink && pattern?.matches($0.name) ?? true
        }
        let sorted = files.sorted { $0.size == $1.size ? $0.relative < $1.relative : $0.size > $1.size }
        let first = Array(sorted.prefix(arguments.integer("limit") ?? 10))
        let lines = first.map { "\(scope.display($0.path)): \(ByteText.write($0.size))" }
        return ToolReply(
            text: first.map { scope.display($0.path) }.joined(separator: "\n"),
            value: .array(first.map { Self.value($0, name: scope.display($0.path)) }),
            phrase: .init(
                first.isEmpty ? "file_browser.list.empty" : "file_browser.largest",
                ["folder": scope.display(path), "files": lines.joined(separator: "\n")]))
    }

    static func value(_ entry: WorkspaceWalk.Entry) -> JSON { value(entry, name: entry.name) }

    static func value(_ entry: WorkspaceWalk.Entry, name: String) -> JSON {
        .object([
            .init("name", .string(name)),
            .init("kind", .string(entry.isFolder ? "folder" : entry.isLink ? "link" : "file")),
            .init("size", .integer(entry.size)),
            .init("modified", .string(Timestamp(milliseconds: entry.modified * 1000).description)),
        ])
    }

    static func shown(_ lines: [String]) -> String {
        lines.prefix(shownEntries).joined(separator: "\n") + (lines.count > shownEntries ? "\n…" : "")
    }
}
