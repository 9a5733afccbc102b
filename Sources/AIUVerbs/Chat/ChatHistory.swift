internal import AIUClient
package import AIUSystem
internal import Glibc

/// What was asked in earlier chats, in a file of the person's: one entry a line, line ends as `\n`.
package struct ChatHistory: Sendable {
    private static let mostEntries = 1000
    private static let longestFile = 8 << 20

    package private(set) var entries: [String] = []
    private let path: String?

    package init(path: String?) {
        self.path = path
        // Begins empty when the file is not there or cannot be read: a chat works without it.
        guard let path, let bytes = try? Files.read(path, limit: Self.longestFile) else { return }
        entries = String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(Self.mostEntries)
            .map { Self.unescape($0) }
    }

    /// Where the XDG specification wants such files.
    package static func usualPath(_ variable: (String) -> String?) -> String? {
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return "\(state)/aiu/chat-history" }
        return variable("HOME").map { "\($0)/.local/state/aiu/chat-history" }
    }

    /// Keeps a text, unless it is the last one again or begins with a space, as shells do.
    package mutating func add(_ text: String) {
        guard !text.isEmpty, text != entries.last, !text.hasPrefix(" ") else { return }
        entries.append(text)
        if entries.count > Self.mostEntries { entries.removeFirst() }
    }

    /// Readable by the person only.
    package func save() throws(SystemError) {
        guard let path else { return }
        try Files.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        try Files.replace(path, with: Array(entries.map { Self.escape($0) + "\n" }.joined().utf8), mode: 0o600)
    }

    private static func escape(_ text: String) -> String {
        text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }

    private static func unescape(_ line: Substring) -> String {
        var text = ""
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                text.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
