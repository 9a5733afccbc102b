import AIUCommandLine

/// A program with one command of every shape.
enum SampleProgram {
    static let root = Command(
        "aiu", summary: "Run local AI models in sealed micro-VMs",
        discussion: "Every command works on the supervisor of this machine.",
        options: [Option("state", value: "FOLDER", "Where everything is kept", completion: .folder)],
        flags: [Flag("verbose", short: "v", "Say more; twice says all"), Flag("secret", "Not shown", isHidden: true)],
        subcommands: [
            Command(
                "launch", aliases: ["new"], summary: "Create and start a VM", group: "Life cycle",
                arguments: [Argument("name", "What to call it")],
                options: [
                    Option("memory", short: "m", value: "SIZE", "How much memory it gets", default: "256MB"),
                    Option("label", short: "l", value: "KEY=VALUE", "A label", isRepeatable: true),
                    Option("preset", value: "NAME", "Where to start from", choices: ["tiny", "balanced", "speed"]),
                    Option("timeout", value: "TIME", "How long to wait", default: "30s"),
                    Option("cpus", value: "COUNT", "How many cores"), OutputFormat.option,
                ],
                flags: [Flag("force", short: "f", "Even if it exists"), Flag("wait", short: "w", "Until it answers")]
                    + OutputFormat.flags,
                examples: [.init("aiu launch notes --memory 1GB", "A VM with more memory than the preset gives it.")]),
            Command(
                "exec", summary: "Run a command in a VM", group: "Inside",
                arguments: [
                    Argument("vm", "Which VM", completion: .names(kind: "vm")),
                    Argument("command", "What to run", .passThrough(isRequired: true)),
                ],
                options: [Option("env", short: "e", value: "NAME=VALUE", "A variable", isRepeatable: true)],
                flags: [Flag("tty", short: "t", "With a terminal"), Flag("interactive", short: "i", "With input")]),
            Command(
                "run", summary: "Run a command in a new VM", group: "Inside",
                arguments: [Argument("command", "What to run", .passThrough(isRequired: false))],
                flags: [Flag("keep", "Keep the VM")]),
            Command(
                "stop", summary: "Stop VMs", group: "Life cycle",
                arguments: [Argument("vms", "Which VMs", .many, completion: .names(kind: "vm"))]),
            Command("wait", summary: "Wait", arguments: [Argument("seconds", "How long", .optional)]),
            Command(
                "config", summary: "Look at and change configurations",
                subcommands: [
                    Command("get", summary: "Show one", arguments: [Argument("vm", "Which")]),
                    Command(
                        "apply", summary: "Change one",
                        arguments: [
                            Argument("vm", "Which", completion: .names(kind: "vm")),
                            Argument("file", "From where", .optional, completion: .file),
                        ]),
                ]),
            Command("internal", summary: "Not shown", isHidden: true),
        ])
    static let parser = CommandLineParser(root)

    static func run(_ line: String) throws -> Arguments {
        let words = line.split(separator: " ").map(String.init)
        guard case .run(let arguments) = try parser.parse(words) else { throw NotRun() }
        return arguments
    }

    /// The line asked for something else.
    struct NotRun: Error {}
}
