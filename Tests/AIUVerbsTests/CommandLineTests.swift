import AIUCommandLine
import AIUModel
import AIUVerbs
import AIUWire
import Testing

/// Parses words with the program's own tree.
func arguments(_ words: [String]) throws -> Arguments {
    guard case .run(let arguments) = try CommandLineParser(CommandTree.root).parse(words) else {
        throw Unparsed(words: words)
    }
    return arguments
}

/// Words that asked for something else than a verb.
struct Unparsed: Error {
    let words: [String]
}

@Suite("The command line")
struct CommandLineTests {
    private static let understood: [([String], [String])] = [
        (["ls"], ["ls"]), (["list", "--json"], ["ls"]), (["ps", "-q"], ["ps"]), (["rm", "-f", "a", "b"], ["delete"]),
        (["system", "df", "--yaml"], ["system", "df"]), (["--state", "/s", "ls"], ["ls"]),
        (["ls", "--state=/s"], ["ls"]), (["run", "--", "uname", "-a"], ["run"]), (["run", "uname", "-a"], ["run"]),
        (["exec", "-it", "demo", "--", "bash", "-l"], ["exec"]),
        (["logs", "-f", "--console", "-n", "5", "d"], ["logs"]),
        (["events", "-f", "-o", "json"], ["events"]), (["ping", "d", "-n", "3"], ["ping"]),
        (["start", "--all"], ["start"]), (["delete", "-l", "a=b", "-l", "c=d", "--purge", "-y"], ["delete"]),
        (["label", "a", "b=c", "d-"], ["label"]), (["config", "set", "a", "x=1"], ["config", "set"]),
        (["profile", "list"], ["profile", "ls"]), (["import", "-"], ["import"]),
        (["export", "a", "-o", "-"], ["export"]), (["wait", "a", "--for", "paused"], ["wait"]),
    ]

    @Test("is understood", arguments: understood)
    func understands(_ row: ([String], [String])) throws {
        #expect(try arguments(row.0).command == row.1)
    }

    private static let refused: [([String], String)] = [
        (["lanch", "x"], "launch"), (["system", "statu"], "status"), (["ls", "--jsno"], "--json"),
        (["create", "--memroy", "1GB"], "--memory"), (["puase", "a"], "pause"), (["config", "edt", "a"], "edit"),
        (["wait", "a", "--for", "runing"], "running"), (["prune", "--dryrun"], "--dry-run"),
        (["profil", "ls"], "profile"),
        (["exec", "--usr", "root", "x", "y"], "--user"),
    ]

    @Test("that is mistyped is answered with what was meant", arguments: refused)
    func suggests(_ row: ([String], String)) {
        #expect {
            try arguments(row.0)
        } throws: { error in
            (error as? UsageError)?.suggestion == row.1
        }
    }

    private static let wrong: [[String]] = [
        [], ["system"], ["exec"], ["exec", "demo"], ["inspect"], ["rename", "a"], ["purge"], ["config"], ["import"],
        ["config", "rollback"], ["wait"], ["clone"], ["attach"], ["cp", "a"], ["cp", "a", "b", "c"],
        ["ls", "surplus"], ["ls", "-o", "xml"], ["ping", "--count"],
    ]

    @Test("that is incomplete or too much is refused", arguments: wrong)
    func refuses(_ words: [String]) {
        #expect(throws: UsageError.self) { try arguments(words) }
    }

    @Test("leaves a command's own options alone")
    func passThrough() throws {
        let words = ["exec", "-e", "A=1", "demo", "ls", "-l", "--help", "--", "-i"]
        let parsed = try arguments(words)
        #expect(parsed.arguments("command") == ["ls", "-l", "--help", "--", "-i"])
        #expect(!parsed.flag("interactive"))
        #expect(try arguments(["run", "--", "-x"]).arguments("command") == ["-x"])
    }

    @Test("has an example for every command")
    func examples() {
        func check(_ command: Command) {
            if command.subcommands.isEmpty { #expect(!command.examples.isEmpty, "\(command.name)") }
            for sub in command.subcommands { check(sub) }
        }
        check(CommandTree.root)
    }

    @Test("shown in examples can be typed")
    func examplesParse() throws {
        func check(_ command: Command) throws {
            for example in command.examples where !example.line.contains("$(") {
                // What a shell takes away before the program sees it.
                let end = example.line.firstIndex { $0 == "<" || $0 == "|" } ?? example.line.endIndex
                let words = example.line[..<end].split(separator: " ").map(String.init)
                #expect(words.first == "aiu")
                _ = try arguments(Array(words.dropFirst()))
            }
            for sub in command.subcommands { try check(sub) }
        }
        try check(CommandTree.root)
    }
}

@Suite("The wish for a VM")
struct VMWishTests {
    private func read(_ words: [String]) throws -> CreateVM {
        let parsed = try arguments(words)
        return try VMWish.read(parsed, name: parsed.argument("name"), ephemeral: parsed.flag("ephemeral"))
    }

    @Test("is what was typed")
    func request() throws {
        #expect(try read(["launch"]) == CreateVM())
        #expect(
            try read([
                "create", "notes", "--preset", "tiny", "--cpus", "2", "-m", "512MB", "--storage=1.5GB", "--image",
                "full", "--label", "team=docs", "--label=tier=", "--ephemeral",
            ])
                == CreateVM(
                    name: "notes", ephemeral: true, flavour: "full", preset: "tiny", processors: 2,
                    memory: .mebibytes(512), storage: .mebibytes(1536), labels: ["team": "docs", "tier": ""]))
    }

    private static let wrong: [([String], Int32)] = [
        (["launch", "Big"], 65), (["launch", "a", "--cpus", "0"], 64), (["launch", "a", "--cpus", "two"], 64),
        (["launch", "a", "--memory", "lots"], 64), (["launch", "a", "--memory", "-1GB"], 64),
        (["launch", "a", "--preset", "tiny", "--config", "/x"], 64), (["launch", "a", "--label", "team"], 64),
        (["launch", "a", "--label", "team-"], 64), (["launch", "a", "--label", "te am=x"], 65),
        (["launch", "a", "--config", "/nothing/there"], 66), (["launch", "a", "--config", "/"], 65),
        (["launch", "a", "--config", "/dev/null"], 65),
    ]

    @Test("that cannot be is refused before anybody is asked", arguments: wrong)
    func refuses(_ row: ([String], Int32)) {
        #expect {
            try read(row.0)
        } throws: {
            Problem($0).status == row.1
        }
    }
}

@Suite("The wish to run a command")
struct CommandWishTests {
    private func read(
        _ words: [String], terminal: ExecuteRequest.Terminal? = nil
    ) throws -> ExecuteRequest {
        let own = ["TERM": "xterm", "TOKEN": "t"]
        return try CommandWish.read(try arguments(words), terminal: terminal) { own[$0] }
    }

    @Test("is what was typed")
    func request() throws {
        #expect(try read(["exec", "d", "true"]) == ExecuteRequest(command: ["true"]))
        let words = [
            "exec", "-i", "-e", "A=b=c", "-e", "TOKEN", "-e", "UNSET", "-u", "root", "-w", "/tmp", "--timeout", "1m30s",
            "--output-limit", "1MB", "d", "--", "sh", "-c", "echo",
        ]
        #expect(
            try read(words)
                == ExecuteRequest(
                    command: ["sh", "-c", "echo"], environment: ["A=b=c", "TOKEN=t"], directory: "/tmp", user: "root",
                    input: true, timeoutMilliseconds: 90_000, outputLimit: 1 << 20))
    }

    @Test("with a terminal says which kind, unless that was typed")
    func terminal() throws {
        let size = ExecuteRequest.Terminal(rows: 30, columns: 100)
        #expect(try read(["exec", "-t", "d", "vi"], terminal: size).environment == ["TERM=xterm"])
        #expect(try read(["exec", "-t", "-e", "TERM=vt100", "d", "vi"], terminal: size).environment == ["TERM=vt100"])
        #expect(try read(["exec", "d", "vi"]).environment.isEmpty)
    }

    private static let wrong: [[String]] = [
        ["exec", "d", ""], ["run"], ["exec", "-e", "=x", "d", "true"], ["exec", "-e", "", "d", "true"],
        ["exec", "--timeout", "5", "d", "true"], ["exec", "--timeout", "0s", "d", "true"],
        ["exec", "--output-limit", "-1", "d", "true"],
        ["exec", "d"] + [String](repeating: "x", count: ExecuteRequest.mostArguments + 1),
    ]

    @Test("that cannot be is refused", arguments: wrong)
    func refuses(_ words: [String]) {
        #expect {
            try read(words)
        } throws: {
            Problem($0).status == ExitCode.usage.rawValue
        }
    }
}

@Suite("A place to copy from or to")
struct CopyPlaceTests {
    private static let places: [(String, CopyPlace)] = [
        ("file", .here("file")), ("./a:b", .here("./a:b")), ("/a:b", .here("/a:b")), (":x", .here(":x")),
        ("demo:", .inVM(name: "demo", path: "")), ("demo:/etc", .inVM(name: "demo", path: "/etc")),
        ("demo:a:b", .inVM(name: "demo", path: "a:b")), ("a/b:c", .here("a/b:c")),
        // Not a name, which the verb then says.
        ("C:/x", .inVM(name: "C", path: "/x")),
    ]

    @Test("is here or in a VM", arguments: places)
    func parses(_ row: (String, CopyPlace)) { #expect(CopyPlace(row.0) == row.1) }

    private static let names: [(String, String?)] = [
        ("/a/b", "b"), ("a", "a"), ("a//", "a"), ("/", nil), (".", nil), ("a/..", nil), ("", nil),
    ]

    @Test("has a last component", arguments: names)
    func component(_ row: (String, String?)) { #expect(CopyPlace.lastComponent(row.0) == row.1) }
}
