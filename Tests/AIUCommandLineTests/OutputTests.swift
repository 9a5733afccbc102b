import AIUCommandLine
import Testing

@Suite("tables, styles and help")
struct OutputTests {
    private func table() -> Table {
        var table = Table([.init("NAME"), .init("MEMORY", .right), .init("IMAGE", mayShrink: true)])
        table.add(["notes", "256 MB", "micro"])
        table.add(["日本語", "1 GB", "a-very-long-image-name"])
        table.add(["x\u{1B}[31m\ny", "7 B"])
        return table
    }

    @Test("columns line up, without trailing spaces")
    func columns() {
        #expect(
            table().render() == """
                NAME            MEMORY  IMAGE
                notes           256 MB  micro
                日本語            1 GB  a-very-long-image-name
                x\\u{1b}[31m\\ny     7 B

                """)
    }

    @Test("a narrow terminal cuts what may be cut")
    func narrow() {
        let lines = table().render(width: 36).split(separator: "\n")
        #expect(lines[2] == "日本語            1 GB  a-very-long…")
        #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= 36 })
        #expect(table().render(width: 5).split(separator: "\n")[2].hasSuffix("a-ver…"))
    }

    @Test("colours take no room, and only what is in the cell has them")
    func painted() {
        let style = Style(isEnabled: true)
        var table = Table([.init("NAME", mayShrink: true), .init("STATE"), .init("UP")])
        table.add(["a-long-name", "on", "1 s"], painting: [0: { style.red($0) }, 1: { style.green($0) }])
        #expect(
            table.render(width: 19, heading: false)
                == "\u{1B}[31ma-long-na…\u{1B}[0m  \u{1B}[32mon\u{1B}[0m  1 s\n")
    }

    @Test("an empty table has a heading, or nothing")
    func empty() {
        #expect(Table([.init("A"), .init("B")]).render() == "A  B\n")
        #expect(Table([.init("A")]).render(heading: false) == "")
    }

    static let environments: [(Bool, [String: String], Bool)] = [
        (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
        (true, ["TERM": "dumb"], false),
    ]

    @Test("colours appear on terminals only, unless refused", arguments: environments)
    func colours(isTerminal: Bool, environment: [String: String], isEnabled: Bool) {
        let style = Style(isTerminal: isTerminal) { environment[$0] }
        #expect(style.isEnabled == isEnabled)
        #expect(style.red("x") == (isEnabled ? "\u{1B}[31mx\u{1B}[0m" : "x"))
    }

    @Test("help says how, with what, and shows it")
    func help() throws {
        let launch = try #require(SampleProgram.root.subcommands.first)
        #expect(
            HelpText([SampleProgram.root, launch], width: 72)?.render() == """
                aiu launch: Create and start a VM

                Usage: aiu launch [OPTIONS] NAME
                Also: new

                Arguments:
                  NAME  What to call it

                Options:
                  -m, --memory SIZE      How much memory it gets (default: 256MB)
                  -l, --label KEY=VALUE  A label (may be repeated)
                      --preset NAME      Where to start from (tiny, balanced, speed)
                      --timeout TIME     How long to wait (default: 30s)
                      --cpus COUNT       How many cores
                  -o, --format FORMAT    How to write the answer (table, json, yaml,
                                         quiet; default: table)
                  -f, --force            Even if it exists
                  -w, --wait             Until it answers
                      --json             The same as --format json
                  -q, --quiet            Names only, one a line
                  -h, --help             Show this help

                Options of all commands:
                      --state FOLDER  Where everything is kept
                  -v, --verbose       Say more; twice says all

                Examples:
                  aiu launch notes --memory 1GB
                      A VM with more memory than the preset gives it.

                """)
    }

    @Test("the program's help lists its commands by group, hidden ones not")
    func rootHelp() throws {
        let text = try #require(HelpText([SampleProgram.root])?.render())
        #expect(text.contains("Usage: aiu [OPTIONS] COMMAND\n"))
        #expect(text.contains("Life cycle:\n  launch  Create and start a VM\n  stop    Stop VMs\n"))
        #expect(text.contains("Commands:\n  wait    Wait\n  config  Look at"))
        #expect(!text.contains("internal") && !text.contains("secret"))
        #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 80 })
    }

    @Test("every level's help fits a narrow terminal")
    func narrowHelp() throws {
        for command in SampleProgram.root.subcommands {
            let text = try #require(HelpText([SampleProgram.root, command], width: 50)?.render())
            #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 50 }, "\(text)")
        }
    }
}
