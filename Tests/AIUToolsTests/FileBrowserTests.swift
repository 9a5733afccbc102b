import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Glibc
import Testing

@Suite("file_browser")
struct FileBrowserTests {
    /// A workspace with a few files, and a call of the tool on it.
    private func with(_ body: (ScratchWorkspace, (JSON) throws -> ToolReply) throws -> Void) throws {
        try ScratchWorkspace.with { workspace in
            try workspace.file("notes.txt", "one\ntwo\nthree\n")
            try workspace.file("docs/Report 2024.md", "# Report\n")
            try workspace.file("docs/old/report.csv", String(repeating: "a,b\n", count: 100))
            try workspace.file("pics/cat.JPG", "x")
            try body(workspace) { arguments in
                try WorkspaceCall(workspace: workspace).run(FileBrowser(root: workspace.path), arguments)
            }
        }
    }

    @Test(
        "looking",
        arguments: [
            (["operation": "list"], "docs/\nnotes.txt\npics/"),
            (["operation": "list", "path": "docs"], "Report 2024.md\nold/"),
            (["operation": "list", "path": "DOCS/"], "Report 2024.md\nold/"),
            (["operation": "list", "path": "/workspace"], "docs/\nnotes.txt\npics/"),
            (["operation": "find", "pattern": "report"], "docs/Report 2024.md\ndocs/old/report.csv"),
            (["operation": "find", "pattern": ".csv"], "docs/old/report.csv"),
            (["operation": "find", "pattern": "csv"], "docs/old/report.csv"),
            (["operation": "find", "pattern": "*.txt"], "notes.txt"),
            (["operation": "find", "pattern": "pictures"], "pics/cat.JPG"),
            (["operation": "find", "pattern": "Report 2024.md"], "docs/Report 2024.md"),
            (["operation": "find", "pattern": "nothing"], ""),
            (["operation": "find", "pattern": "r*t*", "path": "docs/old"], "docs/old/report.csv"),
            (["operation": "largest"], "docs/old/report.csv\nnotes.txt\ndocs/Report 2024.md\npics/cat.JPG"),
            (["operation": "read", "path": "notes"], "one\ntwo\nthree"),
            (["operation": "read", "path": "notes.txt", "limit": "2"], "one\ntwo"),
            (["operation": "read", "path": "notes.txt", "limit": "2", "from": "end"], "two\nthree"),
            (["operation": "read", "path": "report_2024.md"], "# Report"),
        ] as [([String: String], String)])
    func looking(arguments: [String: String], expected: String) throws {
        try with { _, call in
            let members = arguments.map {
                JSON.Member($0.key, $0.key == "limit" ? .integer(Int64($0.value) ?? 0) : .string($0.value))
            }
            let text = try call(.object(members)).text
            #expect(text == expected)
        }
    }

    @Test("changing")
    func changing() throws {
        try with { workspace, call in
            #expect(try call(["operation": "write", "path": "new/a.txt", "text": "hello"]).text == "new/a.txt")
            #expect(try workspace.text("new/a.txt") == "hello\n")
            _ = try call(["operation": "append", "path": "new/a.txt", "text": "world"])
            #expect(try workspace.text("new/a.txt") == "hello\nworld\n")
            #expect(try call(["operation": "move", "path": "new/a.txt", "destination": "b.txt"]).text == "new/b.txt")
            #expect(
                try call(["operation": "move", "path": "notes.txt", "destination": "archive"]).text
                    == "archive/notes.txt")
            #expect(try call(["operation": "copy", "path": "docs", "destination": "copy"]).text == "copy")
            #expect(try workspace.text("copy/old/report.csv") == workspace.text("docs/old/report.csv"))
            #expect(try call(["operation": "delete", "path": "docs"]).value?["entries"] == 4)
            #expect(try call(["operation": "create_folder", "path": "x/y"]).text == "x/y")
            #expect(try call(["operation": "info", "path": "archive/notes.txt"]).value?["lines"] == 3)
            #expect(try call(["operation": "info", "path": "copy"]).value?["files"] == 2)
        }
    }

    @Test(
        "nothing outside the workspace, and nothing lost",
        arguments: [
            ["operation": "read", "path": "../../etc/passwd"], ["operation": "read", "path": "/etc/passwd"],
            ["operation": "read", "path": "escape/passwd"], ["operation": "read", "path": "link"],
            ["operation": "write", "path": "escape/x", "text": "x"],
            ["operation": "write", "path": "dangling", "text": "x"],
            ["operation": "delete", "path": "."], ["operation": "delete", "path": "/workspace"],
            ["operation": "delete", "path": "../"], ["operation": "delete", "path": "/etc"],
            ["operation": "move", "path": "docs", "destination": "docs/old"],
            ["operation": "move", "path": "notes.txt", "destination": "/tmp/x.txt"],
            ["operation": "copy", "path": "docs/old/report.csv", "destination": "notes.txt"],
            ["operation": "write", "path": "docs", "text": "x"], ["operation": "read", "path": "docs"],
            ["operation": "read", "path": "binary"], ["operation": "read", "path": "fifo"],
            ["operation": "read", "path": "missing.txt"],
            ["operation": "list", "path": "escape"], ["operation": "write", "path": "a\u{0}b", "text": "x"],
            ["operation": "delete", "path": "*.nothing"], ["operation": "create_folder", "path": "docs"],
        ] as [[String: String]])
    func refused(arguments: [String: String]) throws {
        try with { workspace, call in
            unsafe symlink("/etc", "\(workspace.path)/escape")
            unsafe symlink("/etc/passwd", "\(workspace.path)/link")
            unsafe symlink("/tmp/aiu-nowhere-\(getpid())", "\(workspace.path)/dangling")
            unsafe mkfifo("\(workspace.path)/fifo", 0o600)
            try workspace.file("binary", bytes: [0, 1, 2, 0, 0, 9])
            let message = failure { _ = try call(.object(arguments.map { .init($0.key, .string($0.value)) })) }
            #expect(message?.hasSuffix(".") == true || message?.hasSuffix("?") == true)
            #expect(try workspace.text("notes.txt") == "one\ntwo\nthree\n")
            #expect(Files.exists("/etc/passwd"))
        }
    }

    @Test("a link is deleted, not what it leads to")
    func links() throws {
        try with { workspace, call in
            unsafe symlink("\(workspace.path)/notes.txt", "\(workspace.path)/link")
            _ = try call(["operation": "delete", "path": "link"])
            #expect(try workspace.text("notes.txt") == "one\ntwo\nthree\n")
        }
    }
}
