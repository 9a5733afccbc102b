import AIUJSON
import AIUTools
import AIUWire
import Testing

@Suite("code_runner and shell")
struct ProgramTests {
    private func run(_ arguments: JSON, files: [String: String] = [:], seconds: Int = 20) throws -> ToolReply {
        try ScratchWorkspace.with { workspace in
            for (name, text) in files { try workspace.file(name, text) }
            return try WorkspaceCall(workspace: workspace).run(
                CodeRunner(root: workspace.path, deadline: .seconds(seconds)), arguments)
        }
    }

    @Test(
        "programs in the prompt",
        arguments: [
            ("python", "print(2 + 2)", "4"), ("python", "2**10", "1024"), ("python", "x = 3; print(x * 2)", "6"),
            ("python", "```python\nfor i in range(3):\n    print(i)\n```", "0\n1\n2"),
            ("python", "    a = 1\n    print(a)", "1"), ("shell", "echo $((6*7))", "42"), ("shell", "`echo hi`", "hi"),
            ("python", "print('żółw')", "żółw"), ("python", "import sys; print(len(sys.argv))", "1"),
        ])
    func code(language: String, code: String, output: String) throws {
        #expect(try run(["language": .string(language), "code": .string(code)]).text == output)
    }

    @Test("files, arguments and what is made")
    func files() throws {
        let reply = try run(
            ["language": "python", "file": "hello", "arguments": "'a b' c"],
            files: ["hello.py": "import sys\nprint(sys.argv[1:])\nopen('out.txt', 'w').write('x')\n"])
        #expect(reply.text == "['a b', 'c']")
        #expect(reply.files.map { $0.hasSuffix("/out.txt") } == [true])
        #expect(try run(["language": "shell"], files: ["only.py": "print(5)"]).text == "5")
    }

    @Test("a program that fails says how")
    func failing() throws {
        let reply = try run(["language": "python", "code": "import sys\nprint('before')\nsys.exit(3)"])
        #expect(reply.value?["status"] == 3)
        #expect(reply.text == "before")
        #expect(reply.phrase?.name == "code_runner.failed")
        let broken = try run(["language": "python", "code": "1/0"])
        #expect(broken.text.contains("ZeroDivisionError"))
        let killed = try run(["language": "shell", "code": "kill -9 $$"])
        #expect(killed.value?["signal"] == 9)
    }

    @Test("loops end at the deadline, also those in the background, and floods are cut")
    func bounds() throws {
        let message = failure {
            _ = try run(["language": "python", "code": "print('on')\nwhile True: pass"], seconds: 1)
        }
        #expect(
            message == "program.py was still running after 1 seconds and was ended; so far it had printed: \"on\".")
        #expect(
            failure { _ = try run(["language": "shell", "code": "sleep 60 & sleep 60 & wait"], seconds: 1) } != nil)
        let flood = try run(["language": "python", "code": "print('x' * 5_000_000)"])
        #expect(flood.value?["truncated"] == true)
        #expect(flood.text.utf8.count <= 1 << 20)
    }

    @Test("what is not there is said")
    func absent() throws {
        #expect(failure { _ = try run(["language": "python"]) }?.contains("no program in the workspace") == true)
        #expect(
            failure { _ = try run(["language": "python", "file": "x.py"]) }
                == "There is no file 'x.py' in the workspace.")
        #expect(failure { _ = try run(["language": "python", "file": "../x.py"]) }?.contains("outside") == true)
    }

    @Test(
        "command lines run in the workspace",
        arguments: [
            ("ls", "a.txt\nb.txt"), ("cat a.txt | wc -c", "2"), ("echo $HOME/x | grep -c aiu-tools", "1"),
            ("false", ""),
            ("echo oops >&2; exit 4", "oops"),
        ])
    func shell(command: String, output: String) throws {
        try ScratchWorkspace.with { workspace in
            try workspace.file("a.txt", "x\n")
            try workspace.file("b.txt", "y\n")
            let reply = try WorkspaceCall(workspace: workspace).run(
                Shell(root: workspace.path, deadline: .seconds(20)), ["command": .string(command)])
            #expect(reply.text == output)
        }
    }
}
