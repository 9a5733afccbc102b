internal import AIUCommandLine
internal import AIUModel

extension CommandTree {
    /// The kind of names that completion asks for.
    static let tokenNames = "token"

    static let tokens = Command(
        "token", summary: "Make and revoke tokens that stand for you",
        discussion: """
            A token lets a program, or you on another machine, ask the supervisor as you, with at most what you may do \
            at that moment. aiu shows the one in $AIU_TOKEN, or in the file that $AIU_TOKEN_FILE names, which only you \
            may be able to read.
            """, group: "People",
        subcommands: [
            Command(
                "create", summary: "Make a token; its secret is shown this once",
                arguments: [Argument("name", "What to call it")],
                options: [
                    Option(
                        "role", value: "ROLE", "What it may do, at most what you may (default: viewer)",
                        choices: Role.allCases.map(\.rawValue)),
                    Option(
                        "vm", value: "VM", "Only for this VM; may be given again", isRepeatable: true,
                        completion: .names(kind: vmNames)),
                    Option("project", value: "PROJECT", "Only for the VMs of this project of the policy"),
                    Option("expires", value: "DURATION", "Good for so long, such as 12h or 90d (default: 30d)"),
                    readTimeout,
                ] + formatOptions, flags: formatFlags,
                examples: [
                    .init("aiu token create ci --role operator --vm build --expires 90d", "For one VM, for a quarter"),
                    .init("aiu token create -q backup", "Prints the secret only"),
                ]),
            Command(
                "ls", summary: "List your tokens; an administrator sees those of all",
                options: formatOptions + [readTimeout], flags: formatFlags,
                examples: [.init("aiu token ls", "With what each may do, and until when")]),
            Command(
                "revoke", summary: "End tokens at once",
                arguments: [Argument("name", "Names or identifiers", .many, completion: .names(kind: tokenNames))],
                options: [readTimeout], flags: [quietFlag],
                examples: [.init("aiu token revoke ci", "Whoever has it is refused from now on")]),
        ])
}
