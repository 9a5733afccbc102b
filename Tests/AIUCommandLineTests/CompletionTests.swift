import AIUCommandLine
import AIUSystem
import Glibc
import Testing

@Suite("completion")
struct CompletionTests {
    private static let completer = Completer(SampleProgram.root) { kind in kind == "vm" ? ["notes", "work"] : [] }

    static let questions: [(String, [String])] = [
        ("", ["launch", "exec", "run", "stop", "wait", "config"]),
        ("co", ["config"]),
        ("config ", ["get", "apply"]),
        ("config apply w", ["work"]),
        ("config apply work ", [":file"]),
        ("--state ", [":folder"]),
        ("--state x l", ["launch"]),
        ("--state=", [":folder"]),
        ("launch --pre", ["--preset"]),
        ("launch --preset ", ["tiny", "balanced", "speed"]),
        ("launch --preset=s", ["--preset=speed"]),
        ("launch --preset = t", ["tiny"]),
        ("launch --preset =", ["tiny", "balanced", "speed"]),
        ("launch x --sec", []),
        ("stop notes ", ["notes", "work"]),
        ("exec ", ["notes", "work"]),
        ("exec notes -", []),
        ("exec notes ls ", []),
        ("exec -- n", ["notes"]),
        ("bogus bogus ", []),
    ]

    @Test("what could come next", arguments: questions)
    func candidates(line: String, words: [String]) {
        let typed = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let found = Self.completer.candidates(for: typed).map(\.word)
        // Places where commands and options are both possible list commands first.
        #expect(found == words)
    }

    @Test("lines carry summaries for shells that show them")
    func lines() {
        #expect(Self.completer.lines(for: ["la"]) == ["launch\tCreate and start a VM"])
    }

    @Test("the scripts are asked for, and bash understands its own")
    func scripts() throws {
        guard case .completionScript(let shell) = try SampleProgram.parser.parse(["--generate-completion", "bash"]),
            case .complete(let words) = try SampleProgram.parser.parse(["--complete-words", "launch", "--p"])
        else {
            Issue.record("not understood")
            return
        }
        #expect(words == ["launch", "--p"])
        let test = """
            aiu() { printf '%s\\tsummary\\n' "$3" "$4!"; }
            \(CompletionScript.text(for: shell, program: "aiu"))
            COMP_WORDS=(aiu launch --p); COMP_CWORD=2
            _aiu_complete
            [ "${#COMPREPLY[@]} ${COMPREPLY[*]}" = '2 --p !' ]
            """
        var request = SpawnRequest("/bin/bash", ["-ec", test])
        request.descriptors = [-1, -1, 2]
        #expect(try Child.spawn(request).wait() == .exited(0))
    }

    @Test("the manual has every command")
    func manual() throws {
        let text = ManPage.render(SampleProgram.root, version: "1.0")
        for words in [".TH AIU 1", "\\fBaiu config apply\\fR", "\\-\\-memory", ".SH EXIT STATUS", "\\fB124\\fR"] {
            #expect(text.contains(words), "\(words)")
        }
        #expect(!text.contains("aiu internal") && !text.contains("secret"))
        #expect(ManPage.escaped(".SH a\\b 'c-d") == "\\&.SH a\\eb 'c\\-d")
    }
}
