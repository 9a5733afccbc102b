internal import AIUJSON
internal import AIUSystem
internal import AIUWire

/// One run of a person's program in the workspace, and what it left behind.
struct ProgramRun {
    /// The process around has the VM's limit; a person should hear before that which program it was.
    static let deadline = Duration.seconds(100)
    private static let outputLimit = 1 << 20
    private static let largestFile: UInt64 = 2 << 30
    private static let shownOutput = 4000

    let scope: WorkspaceScope
    /// For messages, such as `script.py`.
    let title: String
    var deadline = deadline

    func run(
        _ path: String, _ arguments: [String], phrase: String
    ) throws(ToolReply.Failure) -> ToolReply {
        let before = snapshot()
        var engine = Engine(path, arguments)
        engine.workingDirectory = Files.exists(scope.root) ? scope.root : nil
        engine.environment = [
            "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=\(scope.root)",
            "TMPDIR=\(TemporaryFolder.current)", "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1", "TERM=dumb",
        ]
        engine.deadline = deadline
        engine.outputLimit = Self.outputLimit
        // The control group around bounds memory, for all that is started together.
        engine.memoryLimit = nil
        engine.fileSizeLimit = Self.largestFile
        let outcome = try engine.run()
        let output = printable(outcome.output)
        let errors = printable(outcome.errors)
        guard !outcome.timedOut else {
            throw ToolReply.Failure(
                .timedOut,
                "\(title) was still running after \(deadline.components.seconds) seconds and was ended"
                    + (output.isEmpty ? "." : "; so far it had printed: \(Excerpt.quoted(String(output.prefix(200)))).")
            )
        }
        return reply(outcome, output, errors, phrase, made(since: before))
    }

    private func reply(
        _ outcome: Engine.Outcome, _ output: String, _ errors: String, _ phrase: String, _ files: [String]
    ) -> ToolReply {
        var status = ""
        var value = JSON.object([
            .init("output", .string(String(output.prefix(200_000)))),
            .init("errors", .string(String(errors.prefix(100_000)))), .init("truncated", .bool(outcome.truncated)),
        ])
        switch outcome.ending {
        case .exited(let code):
            status = "\(code)"
            value["status"] = .integer(Int64(code))
        case .killed(let signal):
            status = "signal \(signal)"
            value["signal"] = .integer(Int64(signal))
        }
        if !files.isEmpty { value["files"] = .array(files.map { .string(scope.display($0)) }) }
        let text = outcome.succeeded || !output.isEmpty ? output : errors
        let kind: String
        if !outcome.succeeded {
            kind = output.isEmpty && errors.isEmpty ? "failed.silent" : "failed"
        } else if output.isEmpty {
            kind = files.isEmpty ? "silent" : "files"
        } else {
            kind = "output"
        }
        let shown = outcome.succeeded ? output : [output, errors].filter { !$0.isEmpty }.joined(separator: "\n")
        return ToolReply(
            text: text, value: value,
            phrase: .init(
                "\(phrase).\(kind)",
                [
                    "program": title, "status": status, "output": Self.ending(shown),
                    "files": ColumnChoice.list(files.map { scope.display($0) }, atMost: 10),
                ]), files: Array(files.prefix(100)))
    }

    /// The last lines: what went wrong stands at the end.
    private static func ending(_ text: String) -> String {
        guard text.count > shownOutput else { return text }
        let rest = text.suffix(shownOutput)
        return "…\n" + (rest.firstIndex(of: "\n").map { rest[rest.index(after: $0)...] } ?? rest)
    }

    private func printable(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }

    // MARK: Files that it made

    private func snapshot() -> [String: WorkspaceWalk.Entry] {
        var entries: [String: WorkspaceWalk.Entry] = [:]
        for entry in WorkspaceWalk(scope.root).entries().entries where !entry.isFolder { entries[entry.path] = entry }
        return entries
    }

    private func made(since before: [String: WorkspaceWalk.Entry]) -> [String] {
        WorkspaceWalk(scope.root).entries().entries.filter { entry in
            !entry.isFolder && !entry.isLink && before[entry.path] != entry && !entry.relative.contains("__pycache__")
        }.map(\.path)
    }
}
