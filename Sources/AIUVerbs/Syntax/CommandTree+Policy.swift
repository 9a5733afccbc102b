internal import AIUCommandLine
internal import AIUModel

extension CommandTree {
    private static let policyPreset = Option(
        "preset", value: "NAME", "One to begin with: sealed, research or enterprise",
        choices: PolicyPreset.allCases.map(\.rawValue))

    static let policy = Command(
        "policy", summary: "See, change and explain what VMs and people may do",
        discussion: """
            One document says it for the host, and tighter for projects, users and VMs. A new one holds at once, also \
            for VMs that run; a wrong one changes nothing. docs/policy.md describes the whole format.
            """, group: "Configuration",
        subcommands: [
            Command(
                "show", summary: "Show the policy in force",
                options: formatOptions + [
                    Option("version", value: "NUMBER", "An earlier version instead"), policyPreset, readTimeout,
                ], flags: formatFlags,
                examples: [
                    .init("aiu policy show", "The document that is in force"),
                    .init("aiu policy show --version 3", "One from the history"),
                ]),
            Command(
                "check", summary: "Check a policy without a supervisor",
                discussion: """
                    Whether it can be read, contradicts itself, or widens an outer scope. What only the host knows, such \
                    as the names of models, `aiu policy apply --dry-run` checks.
                    """,
                arguments: [Argument("file", "A policy; - is standard input", completion: .file)],
                flags: [quietFlag],
                examples: [.init("aiu policy check policy.json", "Says where it is wrong, if it is")]),
            Command(
                "apply", summary: "Put a policy in force",
                discussion: """
                    Without FILE the one in the state directory is taken as somebody edited it there. The status is 78 \
                    when it is refused.
                    """,
                arguments: [Argument("file", "A policy; - is standard input", .optional, completion: .file)],
                options: formatOptions + [
                    Option(
                        "expect", value: "NUMBER", "Only if this version is in force: nobody was faster"),
                    Option("note", value: "TEXT", "Why; `aiu policy history` shows it"), policyPreset, readTimeout,
                ],
                flags: formatFlags + [Flag("dry-run", "Only say what would change, for every running VM too")],
                examples: [
                    .init("aiu policy apply --dry-run policy.json", "What would change"),
                    .init("aiu policy apply --preset sealed", "Nothing leaves a VM any more"),
                    .init("aiu policy apply policy.json --note sealed", "In force when it returns"),
                ]),
            Command(
                "explain", summary: "Say what is in force for somebody, and which line decided",
                options: formatOptions + [
                    Option("user", short: "u", value: "USER", "For this user, by name or number (default: you)"),
                    Option(
                        "vm", value: "VM", "In this VM; without --user, for its owner",
                        completion: .names(kind: vmNames)),
                    Option("tool", value: "TOOL", "Whether this tool may be used"),
                    Option(
                        "model", value: "MODEL", "Whether this model may be used", completion: .names(kind: modelNames)),
                    Option("field", value: "FIELD", "Only this, such as tokens.per_query"), readTimeout,
                ], flags: formatFlags,
                examples: [
                    .init("aiu policy explain --vm notes", "Everything that holds there"),
                    .init("aiu policy explain --user anna --tool shell", "Whether, and who decided"),
                ]),
            Command(
                "history", summary: "Show the versions of the policy",
                options: formatOptions + [Option("lines", short: "n", value: "COUNT", "At most so many"), readTimeout],
                flags: formatFlags,
                examples: [.init("aiu policy history", "When, by whom and why")]),
            Command(
                "rollback", summary: "Put an earlier version in force again",
                discussion: "It becomes a new version, so that the history tells what happened.",
                arguments: [Argument("version", "Its number; the one before this when left out", .optional)],
                options: formatOptions + [Option("note", value: "TEXT", "Why"), readTimeout],
                flags: formatFlags + [Flag("dry-run", "Only say what would change")],
                examples: [.init("aiu policy rollback 3", "As it was in version 3")]),
        ])

    static let projectOption = Option(
        "project", value: "PROJECT", "Count it in this project of the policy (default: your first)")
}
