internal import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// Where a tool may look and write: the workspace, what came with the prompt, and the folder of results.
package struct WorkspaceScope: Sendable {
    /// Without links in it.
    package let root: String
    private let files: [String]
    package let resultsFolder: String

    package init(_ invocation: ToolInvocation, root: String = ToolConfinement.workspace) {
        self.root = Self.real(root) ?? root
        files = invocation.files
        resultsFolder = Self.real(invocation.resultsFolder) ?? invocation.resultsFolder
    }

    /// Words for the workspace itself.
    private static let here: Set<String> = [
        "", ".", "./", "/", "/workspace", "workspace", "the workspace", "here", "this folder", "current folder",
        "current directory", "this directory", "hier", "ici", "aquí", "qui", "aqui", "tutaj", "~",
    ]

    /// The absolute path that a person's text means. Nothing outside, also not by way of `..` or a link.
    /// - Parameter ofLink: a link itself is meant, not what it leads to.
    package func path(_ text: String, ofLink: Bool = false) throws(ToolReply.Failure) -> String {
        var wanted = text.unquoted
        guard !wanted.utf8.contains(0), wanted.utf8.count < 4096 else {
            throw ToolReply.Failure(.invalid, "\(Excerpt.quoted(text)) is no name of a file.")
        }
        if Self.here.contains(wanted.lowercased()) { return root }
        if wanted.hasPrefix("~/") { wanted.removeFirst(2) }
        if wanted.hasPrefix("file://") { wanted.removeFirst(7) }
        if wanted.hasPrefix("/") {
            if let path = inside(wanted, ofLink) { return path }
            // `/data/a.csv` of somebody for whom the workspace is everything.
            if !Files.exists(wanted), let path = inside(root + wanted, ofLink), Files.exists(path) { return path }
            throw outside(text)
        }
        guard let path = inside("\(root)/\(wanted)", ofLink) else { throw outside(text) }
        return path
    }

    /// The path as a person would write it.
    package func display(_ path: String) -> String {
        if path == root { return "/workspace" }
        if path.hasPrefix(root + "/") { return String(path.dropFirst(root.utf8.count + 1)) }
        return path.split(separator: "/").last.map(String.init) ?? path
    }

    /// A path with all links followed, as far as it exists; nil when that is outside.
    private func inside(_ path: String, _ ofLink: Bool) -> String? {
        var missing: [String] = []
        var existing = Self.normalized(path)
        if ofLink, existing != root, let slash = existing.lastIndex(of: "/"), slash != existing.startIndex {
            missing.append(String(existing[existing.index(after: slash)...]))
            existing = String(existing[..<slash])
        }
        while true {
            if let real = Self.real(existing) {
                let full = ([real] + missing.reversed()).joined(separator: "/")
                return isAllowed(full, asked: path) ? full : nil
            }
            var information = stat()
            // A link that leads nowhere: what it would make is not where it seems to be.
            if unsafe lstat(existing, &information) == 0, information.st_mode & S_IFMT == S_IFLNK {
                return nil
            }
            guard let slash = existing.lastIndex(of: "/"), slash != existing.startIndex else { return nil }
            missing.append(String(existing[existing.index(after: slash)...]))
            existing = String(existing[..<slash])
        }
    }

    private func isAllowed(_ path: String, asked: String) -> Bool {
        for folder in [root, resultsFolder] where path == folder || path.hasPrefix(folder + "/") { return true }
        return files.contains { $0 == asked || Self.real($0) == path }
    }

    private func outside(_ text: String) -> ToolReply.Failure {
        ToolReply.Failure(
            .denied, "\(Excerpt.quoted(text.unquoted)) is outside the workspace, which is all that tools may use.")
    }

    /// Without `.`, `..` and empty parts.
    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
