import AIUCommandLine
import Testing

@Suite("command lines")
struct ParserTests {
    private func run(_ line: String) throws -> Arguments { try SampleProgram.run(line) }

    @Test("options are understood in every spelling")
    func options() throws {
        for line in [
            "launch notes --memory 1GB -f", "launch -fm 1GB notes", "launch -fm1GB notes", "new notes --memory=1GB -f",
            "launch --force -m=1GB -- notes",
        ] {
            let arguments = try run(line)
            #expect(arguments.command == ["launch"], "\(line)")
            #expect(arguments.argument("name") == "notes", "\(line)")
            #expect(arguments.option("memory") == "1GB", "\(line)")
            #expect(arguments.flag("force"), "\(line)")
            #expect(!arguments.flag("wait"), "\(line)")
        }
    }

    @Test("options of a parent are understood anywhere, repeated ones kept in order")
    func inherited() throws {
        let arguments = try run("--state /s -v launch n -l a=1 -v --label=b=2 -l=c")
        #expect(arguments.option("state") == "/s")
        #expect(arguments.count(of: "verbose") == 2)
        #expect(arguments.options("label") == ["a=1", "b=2", "c"])
        #expect(try run("config get x --state=").option("state") == "")
        #expect(try run("config get x").path == ["aiu", "config", "get"])
    }

    @Test("defaults stand in, and are told apart")
    func defaults() throws {
        let arguments = try run("launch n")
        #expect(arguments.option("memory") == "256MB")
        #expect(!arguments.isGiven("memory"))
        #expect(arguments.option("preset") == nil)
    }

    static let passing: [(String, [String])] = [
        ("exec vm ls -l --help", ["ls", "-l", "--help"]),
        ("exec -it vm -x", ["-x"]),
        ("exec -e A=1 vm -- ls -- -l", ["ls", "--", "-l"]),
        ("exec vm sh -c exit", ["sh", "-c", "exit"]),
        ("run --keep ls --keep", ["ls", "--keep"]),
        ("run -- --keep", ["--keep"]),
        ("run", []),
    ]

    @Test("a command for the VM is passed on untouched", arguments: passing)
    func passThrough(line: String, words: [String]) throws {
        #expect(try run(line).arguments("command") == words)
    }

    @Test("plain words may look odd")
    func plain() throws {
        #expect(try run("stop a b -v c").arguments("vms") == ["a", "b", "c"])
        #expect(try run("stop -- -v").arguments("vms") == ["-v"])
        #expect(try run("stop -").arguments("vms") == ["-"])
        #expect(try run("wait -5").argument("seconds") == "-5")
        #expect(try run("wait").argument("seconds") == nil)
        #expect(try run("stop launch").arguments("vms") == ["launch"])
    }

    static let refusals: [(String, String)] = [
        ("", "aiu: which command? `aiu --help` lists them"),
        ("lanuch x", "unknown command \"lanuch\"; did you mean `launch`?"),
        ("intrenal", "unknown command \"intrenal\"\n"),
        ("config gte", "aiu config: unknown command \"gte\"; did you mean `get`?"),
        ("launch n --memroy 1", "unknown option \"--memroy\"; did you mean `--memory`?"),
        ("launch n --memroy=1", "unknown option \"--memroy\"; did you mean `--memory`?"),
        ("launch n -x", "unknown option \"-x\""),
        ("launch n -force", "unknown option \"-force\"; did you mean `--force`?"),
        ("launch n -fx", "unknown option \"-x\" in \"-fx\""),
        ("launch n --secrte", "unknown option \"--secrte\"\n"),
        ("launch", "NAME is missing"),
        ("launch a b", "unexpected argument \"b\""),
        ("launch n --force=1", "`--force` takes no value"),
        ("launch n --memory", "`--memory` needs a value"),
        ("launch n -m", "`-m` needs a value"),
        ("launch n --memory --force", "`--memory` needs a value, but \"--force\" follows"),
        ("launch n -m 1 -m 2", "`-m` is given twice"),
        ("launch n --preset sped", "must be one of tiny, balanced, speed, not \"sped\"; did you mean `speed`?"),
        ("exec vm", "COMMAND is missing"),
        ("stop", "VMS is missing"),
        ("help lanuch", "did you mean `launch`?"),
        ("launch n \u{1B}[31m", "unexpected argument \"\\u{1b}[31m\""),
        ("--generate-completion tcsh", "needs bash, zsh or fish"),
    ]

    @Test("a refusal names the word typed and the nearest right one", arguments: refusals)
    func refuses(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try run(line) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasSuffix("--help`.") == true)
        #expect(error?.exitCode.rawValue == 64)
    }

    static let helped: [(String, [String])] = [
        ("--help", ["aiu"]), ("-h", ["aiu"]), ("help", ["aiu"]), ("launch --help", ["aiu", "launch"]),
        ("help config get", ["aiu", "config", "get"]), ("--help launch", ["aiu", "launch"]),
        ("launch -fh --bogus", ["aiu", "launch"]), ("config -h", ["aiu", "config"]),
        ("exec -h vm ls", ["aiu", "exec"]),
    ]

    @Test("help is given at every level", arguments: helped)
    func help(line: String, path: [String]) throws {
        guard case .help(let chain) = try SampleProgram.parser.parse(line.split(separator: " ").map(String.init)) else {
            Issue.record("no help")
            return
        }
        #expect(chain.map(\.name) == path)
    }

    @Test("values are bounded")
    func values() throws {
        let arguments = try run("launch n --cpus 4 --memory 1.5G --timeout 1m30s --preset speed")
        #expect(try arguments.integer("cpus", in: 1...64) == 4)
        #expect(try arguments.size("memory", in: 0...UInt64.max) == 3 << 29)
        #expect(try arguments.duration("timeout", in: .zero ... .seconds(3600)) == .seconds(90))
        for wrong in ["0", "65", "x", "+4", "", "99999999999999999999"] {
            let arguments = try run("launch n --cpus=\(wrong)")
            let error = #expect(throws: UsageError.self) { try arguments.integer("cpus", in: 1...64) }
            #expect(error?.description.contains("`--cpus` must be a whole number from 1 to 64") == true)
        }
        let long = try run("launch n --timeout 2h")
        let error = #expect(throws: UsageError.self) { try long.duration("timeout", in: .zero ... .seconds(3600)) }
        #expect(
            error?.message == "`--timeout` must be a duration from 0s to 1h, such as 500ms, 30s or 1h30m, not \"2h\"")
    }

    @Test("the answer's format is one of several spellings, but one")
    func format() throws {
        #expect(try OutputFormat(run("launch n")) == .table)
        #expect(try OutputFormat(run("launch n --json")) == .json)
        #expect(try OutputFormat(run("launch n -o yaml")) == .yaml)
        #expect(try OutputFormat(run("launch n -q")) == .quiet)
        #expect(try OutputFormat(run("launch n --json -o json")) == .json)
        #expect(throws: UsageError.self) { try OutputFormat(run("launch n --json -o yaml")) }
    }
}
