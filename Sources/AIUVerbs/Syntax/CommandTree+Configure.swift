internal import AIUCommandLine

extension CommandTree {
    private static let group = "Configuration"
    private static let applyLimit = timeout("How long each agent may take to confirm")
    private static let dryRun = Flag("dry-run", "Only say what would change, and when it would take effect")
    private static let fileOption = Option(
        "file", short: "f", value: "FILE", "An aiu_config.json; - is standard input", completion: .file)
    private static let profile = Argument("name", "The profile's name", completion: .names(kind: profileNames))

    static let configuring = [config, profiles]

    private static let config = Command(
        "config", summary: "See and change what VMs live by, also while they run", group: group,
        subcommands: [
            Command(
                "get", summary: "Show a VM's configuration or some of its fields",
                arguments: [vm, Argument("field", "Only these, such as token_limits.max_per_query", .any)],
                options: formatOptions + [readTimeout], flags: formatFlags,
                examples: [
                    .init("aiu config get notes", "The whole document"),
                    .init("aiu config get notes resources.ram", "One field, for scripts"),
                ]),
            Command(
                "set", summary: "Change some fields of VMs",
                discussion: """
                    A running VM's agent takes over what it can at once and confirms it; the rest holds after a restart. \
                    A value is JSON, or a text when it is no JSON; null removes what may be absent.
                    """,
                arguments: [
                    Argument(
                        setWords, "The VMs' names, then what to set", .many, completion: .names(kind: vmNames))
                ],
                options: formatOptions + [selectorOption, applyLimit], flags: formatFlags + [allFlag, dryRun],
                examples: [
                    .init("aiu config set notes token_limits.max_per_query=2048", "At once, in a running VM"),
                    .init("aiu config set notes resources.ram=1GB --dry-run", "Says that it waits for a restart"),
                    .init("aiu config set -l team=docs performance_mode=speed", "In all VMs with a label"),
                ]),
            Command(
                "edit", summary: "Change a VM's configuration in your editor",
                discussion: """
                    Opens $VISUAL, $EDITOR or vi. What is refused is opened again with the reason at the top; what is \
                    left unchanged changes nothing.
                    """, arguments: [vm], options: [applyLimit], flags: [dryRun, quietFlag],
                examples: [.init("aiu config edit notes", "Save to apply")]),
            Command(
                "apply", summary: "Give VMs a whole configuration",
                discussion: "What the file does not name becomes the default; with --merge it stays as it is.",
                arguments: [someVMs], options: formatOptions + [fileOption, selectorOption, applyLimit],
                flags: formatFlags + [allFlag, Flag("merge", "Keep what the file does not name"), dryRun],
                examples: [
                    .init("aiu config apply notes -f aiu_config.json", "As the file says"),
                    .init("aiu config apply --all --merge -f limits.json", "A part of it, in all VMs"),
                ]),
            Command(
                "diff", summary: "Show field by field what a change would do",
                arguments: [vm],
                options: formatOptions + [
                    fileOption, Option("revision", value: "NUMBER", "An earlier configuration of the VM"), readTimeout,
                ], flags: formatFlags,
                examples: [
                    .init("aiu config diff notes -f aiu_config.json", "Before, after, and when"),
                    .init("aiu config diff notes --revision 3", "What a rollback would do"),
                ]),
            Command(
                "history", summary: "Show a VM's configurations over time", arguments: [vm],
                options: formatOptions + [
                    Option("tail", short: "n", value: "COUNT", "Only the newest so many"), readTimeout,
                ], flags: formatFlags,
                examples: [.init("aiu config history notes -n 5", "The last five, newest first")]),
            Command(
                "rollback", summary: "Go back to an earlier configuration",
                arguments: [
                    vm, Argument("revision", "Its number; the one before the current when left out", .optional),
                ],
                options: formatOptions + [applyLimit], flags: formatFlags + [dryRun],
                examples: [
                    .init("aiu config rollback notes", "Takes the last change back"),
                    .init("aiu config rollback notes 3 --dry-run", "What going back to revision 3 would change"),
                ]),
        ])

    private static let profiles = Command(
        "profile", summary: "Keep configurations under names, for new VMs", group: group,
        subcommands: [
            Command(
                "ls", aliases: ["list"], summary: "List built-in presets and your profiles",
                options: formatOptions + [readTimeout], flags: formatFlags,
                examples: [.init("aiu profile ls", "What --preset understands")]),
            Command(
                "show", summary: "Show what a preset or a profile says",
                arguments: [Argument("name", "Its name", completion: .names(kind: presetNames))],
                options: formatOptions + [readTimeout], flags: formatFlags,
                examples: [.init("aiu profile show tiny", "A built-in one")]),
            Command(
                "set", summary: "Make a profile or replace it",
                arguments: [
                    Argument(profileWords, "The name, then what it says unless --file is given", .many)
                ], options: [fileOption, readTimeout], flags: [quietFlag],
                examples: [
                    .init("aiu profile set big resources.ram=2GB resources.cpu_cores=4", "From words"),
                    .init("aiu profile set strict -f strict.json", "From a file"),
                ]),
            Command(
                "edit", summary: "Change a profile in your editor", arguments: [profile], options: [readTimeout],
                flags: [quietFlag], examples: [.init("aiu profile edit big", "Save to keep it")]),
            Command(
                "rm", summary: "Remove profiles; VMs that were made with them stay",
                arguments: [
                    Argument("name", "The profiles' names", .many, completion: .names(kind: profileNames))
                ], options: [readTimeout], flags: [quietFlag],
                examples: [.init("aiu profile rm big", "It can no longer be used")]),
        ])
}
