internal import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// Finds the file that a call is about: the one that is named, that came with the prompt, or the only one of its kind.
package struct FileChoice: Sendable {
    /// A file that was found.
    package struct Chosen: Equatable, Sendable {
        package let path: String
        /// As a person would write it.
        package let name: String
    }

    private let scope: WorkspaceScope
    private let attached: [String]

    package init(_ invocation: ToolInvocation, scope: WorkspaceScope) {
        self.scope = scope
        attached = invocation.files
    }

    package func file(_ text: String?, _ kind: FileKind) throws(ToolReply.Failure) -> Chosen {
        guard let text, !text.unquoted.isEmpty else { return try unnamed(kind) }
        return chosen(try existing(text, kind))
    }

    /// A file or folder by what a person calls it: a path, or a name without its folder, ending or capitals.
    package func existing(_ text: String, _ kind: FileKind? = nil) throws(ToolReply.Failure) -> String {
        let wanted = text.unquoted
        if let same = attached.first(where: { Self.base($0) == wanted }) { return same }
        let path = try scope.path(wanted)
        if Files.exists(path) { return path }
        let found = search(wanted, kind)
        if found.count == 1 { return found[0] }
        if found.count > 1 {
            throw ToolReply.Failure(
                .invalid, "\(Excerpt.quoted(wanted)) could be \(names(found)): say which, with its folder.")
        }
        throw notFound(wanted)
    }

    /// What the words may mean, the best kind of fit only.
    private func search(_ wanted: String, _ kind: FileKind?) -> [String] {
        let entries = WorkspaceWalk(scope.root).entries().entries.filter { !$0.isLink }
        let base = Self.base(wanted)
        let folded = Folding.fold(wanted)
        let words = Folding.words(wanted).joined()
        let tests: [(String, String) -> Bool] = [
            { relative, name in name == base && relative.hasSuffix(wanted) },
            { _, name in !wanted.contains("/") && name == base },
            { relative, _ in Folding.fold(relative) == folded || Folding.fold(relative).hasSuffix("/" + folded) },
            { _, name in Folding.fold(Self.stem(name)) == folded },
            { _, name in !words.isEmpty && Folding.words(name).joined() == words },
            { _, name in !words.isEmpty && Folding.words(Self.stem(name)).joined() == words },
        ]
        for test in tests {
            let found = entries.filter { test($0.relative, $0.name) }
            // Of orders.csv and orders.json, the one that the tool can read.
            let fitting = found.filter { entry in kind.map { $0.fits(entry.name) } ?? false }
            if !fitting.isEmpty { return fitting.map(\.path) }
            if !found.isEmpty { return found.map(\.path) }
        }
        return []
    }

    private func unnamed(_ kind: FileKind) throws(ToolReply.Failure) -> Chosen {
        let fitting = attached.filter { kind.fits(Self.base($0)) }
        if fitting.count == 1 { return chosen(fitting[0]) }
        if fitting.count > 1 {
            throw ToolReply.Failure(
                .invalid, "Several files came with the prompt: \(names(fitting)); say which to use.")
        }
        if attached.count == 1 { return chosen(attached[0]) }
        let all = WorkspaceWalk(scope.root).entries().entries.filter {
            !$0.isFolder && !$0.isLink && kind.fits($0.name)
        }
        // What lies open before what is put away.
        let top = all.filter { !$0.relative.contains("/") }
        if all.count == 1 { return chosen(all[0].path) }
        if top.count == 1 { return chosen(top[0].path) }
        guard !all.isEmpty else {
            throw ToolReply.Failure(
                .notFound, "There is no \(kind.title) in the workspace: name a file, or give one with the prompt.")
        }
        let candidates = (top.isEmpty ? all : top).map(\.path)
        throw ToolReply.Failure(.invalid, "Which \(kind.title) is meant? There are \(names(candidates)).")
    }

    private func notFound(_ wanted: String) -> ToolReply.Failure {
        let names = WorkspaceWalk(scope.root).entries().entries.prefix(5000).map(\.name)
        let hint = NearestName.find(Self.base(wanted), in: names).map { "; did you mean '\($0)'?" } ?? "."
        return ToolReply.Failure(.notFound, "There is no file '\(wanted.prefix(80))' in the workspace\(hint)")
    }

    private func chosen(_ path: String) -> Chosen { Chosen(path: path, name: scope.display(path)) }

    private func names(_ paths: [String]) -> String { ColumnChoice.list(paths.map { scope.display($0) }, atMost: 8) }

    static func base(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Without its ending.
    static func stem(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }
}
