internal import AIUCommandLine

extension CommandTree {
    private static let group = "Keeping and moving VMs"
    private static let keptVMs = Argument(
        "vm", "The deleted VMs' names or identifiers; `aiu ls --deleted` shows them", .many,
        completion: .names(kind: deletedNames))

    static let keeping = [
        Command(
            "recover", summary: "Bring deleted VMs back",
            discussion:
                "Where several deleted VMs had the same name, give the identifier that `aiu ls --deleted` shows.",
            group: group, arguments: [keptVMs],
            options: [Option("name", value: "NAME", "Under this name, when its own is taken"), readTimeout],
            flags: [quietFlag],
            examples: [
                .init("aiu recover notes", "A stopped VM as it was"),
                .init("aiu recover notes --name notes-old", "Beside a new one of that name"),
            ]),
        Command(
            "purge", summary: "Remove deleted VMs for good", group: group, arguments: [keptVMs],
            options: [readTimeout], flags: [Flag("yes", short: "y", "Do not ask"), quietFlag],
            examples: [.init("aiu purge notes", "Asks, then removes its disk")]),
        Command(
            "protect", summary: "Keep VMs from being deleted", group: group, arguments: [someVMs],
            options: [selectorOption, readTimeout], flags: [allFlag, quietFlag],
            examples: [.init("aiu protect notes", "Until aiu unprotect")]),
        Command(
            "unprotect", summary: "Let VMs be deleted again", group: group, arguments: [someVMs],
            options: [selectorOption, readTimeout], flags: [allFlag, quietFlag],
            examples: [.init("aiu unprotect notes", "Takes the protection back")]),
        Command(
            "rename", summary: "Give a VM another name",
            discussion: "It may run meanwhile; the guest's own host name follows at its next start.", group: group,
            arguments: [vm, Argument("new-name", "What it shall be called")], options: [readTimeout],
            flags: [quietFlag],
            examples: [.init("aiu rename notes archive", "Everything else stays as it is")]),
        Command(
            "label", summary: "Set and remove labels of VMs",
            discussion: """
                A label is KEY=VALUE, of letters, digits, '.', '_', '/' and '-'; a VM has at most 32. Labels choose VMs \
                in every command that takes --selector.
                """, group: group,
            arguments: [
                Argument(
                    labelWords, "The VMs' names, then KEY=VALUE to set and KEY- to remove", .many,
                    completion: .names(kind: vmNames))
            ],
            options: [selectorOption, readTimeout], flags: [allFlag, quietFlag],
            examples: [
                .init("aiu label notes team=docs tier=test", "Sets two labels"),
                .init("aiu label notes tier-", "Removes one"),
                .init("aiu label -l team=docs owner=ann", "On all VMs that have another"),
            ]),
        Command(
            "clone", summary: "Make a VM with a copy of another one's disk",
            discussion: """
                The copy is stopped, has an identity of its own, and shares what was not changed since with the \
                original where the file system can. A running VM needs --live: it is paused meanwhile, and its copy \
                finds its disk as after a power cut.
                """, group: group,
            arguments: [vm, Argument("new-name", "The copy's name; one is chosen when left out", .optional)],
            options: formatOptions + [projectOption, timeout("Give up after so long (default: 10m)")],
            flags: formatFlags + [Flag("live", "Also when it runs")],
            examples: [
                .init("aiu clone notes notes-test", "A second VM to try things in"),
                .init("aiu clone --live notes", "Of a VM that runs, under a name of aiu's choice"),
            ]),
        Command(
            "export", summary: "Write a VM into one file",
            discussion: """
                The file holds the VM's disk, configuration and checksums; `aiu import` makes a VM of it, on this host \
                or another one. It has its name only when it is complete.
                """, group: group, arguments: [vm],
            options: [
                Option(
                    "output", short: "o", value: "FILE", "Where to; - is standard output (default: NAME.aiu)",
                    completion: .file),
                timeout("Give up when nothing moves for so long (default: 60s)"),
            ],
            flags: [
                Flag("live", "Also when it runs: it is paused meanwhile"),
                Flag("force", short: "f", "Replace a file that is there already"), quietFlag,
            ],
            examples: [
                .init("aiu export notes", "Into notes.aiu"),
                .init("aiu export notes -o - | ssh other aiu import -", "To another host"),
            ]),
        Command(
            "import", summary: "Make a VM of a file that `aiu export` wrote",
            discussion: "Every byte is checked before the VM is there; of a damaged file nothing stays behind.",
            group: group,
            arguments: [Argument("file", "The archive; - is standard input", completion: .file)],
            options: formatOptions + [
                Option("name", value: "NAME", "The new VM's name (default: the one in the archive)"),
                timeout("Give up when nothing moves for so long (default: 60s)"),
            ], flags: formatFlags,
            examples: [.init("aiu import notes.aiu --name notes-again", "Beside the original")]),
    ]

    static let prune = Command(
        "prune", summary: "Sweep away what nothing needs any more",
        discussion: """
            Shows what would go and asks. In a script, --yes is needed. With --json or --yaml the answer is the report.
            """, group: "The system",
        options: formatOptions + [timeout("Give up after so long (default: 5m)")],
        flags: formatFlags + [
            Flag("deleted", "Deleted VMs that are still kept"), Flag("failed", "VMs that failed"),
            Flag("images", "Images that no VM uses and that are not the newest of their flavour"),
            Flag("stamps", "Stamps, which speed up the making of VMs, that fit nothing any more"),
            Flag("models", "Files of models that have no name"),
            Flag("strays", "Folders that belong to no VM"), Flag("all", "All of these"),
            Flag("dry-run", "Only show what would go"), Flag("yes", short: "y", "Do not ask"),
        ],
        examples: [
            .init("aiu prune --all --dry-run", "What would go, and how much room that gives"),
            .init("aiu prune --images --stamps --yes", "Without a question"),
        ])
}
