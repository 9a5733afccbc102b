internal import AIUClient
internal import AIUCommandLine
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// Lets the person change a text with the editor of their choice.
struct Editor {
    /// A header is always so many lines, so that line numbers in a complaint fit what the editor shows next.
    static let headerLines = 3
    private static let longestText = 1 << 20

    private let command: String
    private let folder: String
    private let path: String

    /// `name` is what the editor shows as the file's name; the text may hold secrets, so nobody else can read it.
    init(name: String) throws {
        command =
            [ProcessEnvironment.value("VISUAL"), ProcessEnvironment.value("EDITOR")]
            .compactMap { $0 }.first { !$0.isEmpty } ?? "vi"
        guard RawTerminal.isTerminal(STDIN_FILENO) || command != "vi" else {
            throw Problem(.usage, "there is no terminal for an editor, and VISUAL and EDITOR name none that needs none")
        }
        let parent = ProcessEnvironment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        folder = "\(parent)/aiu-edit-\(VMID.random())"
        path = "\(folder)/\(name)"
        try Files.makeFolder(folder, mode: 0o700)
    }

    func remove() {
        do throws(SystemError) { try Files.removeTree(folder) } catch {
            Program.tell("the text that was edited stays behind: \(error)")
        }
    }

    /// The text as the person left it, nil when it was left unchanged or emptied.
    func edit(_ text: String, header: [String]) throws -> String? {
        let lines = (header + Array(repeating: "", count: Self.headerLines)).prefix(Self.headerLines)
        let whole = lines.map { "# \($0)".trimmingEnd() + "\n" }.joined() + text
        try Files.replace(path, with: Array(whole.utf8))
        try run()
        let edited = String(decoding: try Files.read(path, limit: Self.longestText), as: UTF8.self)
        let body = Self.body(edited)
        return body == Self.body(whole) || body.allSatisfy(\.isWhitespace) ? nil : body
    }

    /// Without the comment at the top, however much of it was left.
    private static func body(_ text: String) -> String {
        var rest = text[...]
        while rest.hasPrefix("#") {
            rest = rest[(rest.firstIndex(of: "\n").map { rest.index(after: $0) } ?? rest.endIndex)...]
        }
        return String(rest)
    }

    private func run() throws {
        // As git and others do it: the variable may hold options, so a shell reads it.
        var request = SpawnRequest(
            "/bin/sh", ["-c", "\(command) \"$1\"", "sh", path],
            environment: ProcessEnvironment.all.map { "\($0.key)=\($0.value)" })
        request.descriptors = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        // Ctrl-C in the editor is the editor's.
        let former = signal(SIGINT, SIG_IGN)
        defer { _ = signal(SIGINT, former) }
        let outcome = try Child.spawn(request).wait()
        guard outcome == .exited(0) else {
            throw Problem(
                .failure, "the editor `\(command)` did not end well (\(Self.words(outcome))); nothing changed")
        }
    }

    private static func words(_ outcome: Child.Outcome) -> String {
        switch outcome {
        case .exited(let status): "status \(status)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
