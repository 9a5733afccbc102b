internal import AIUCommandLine

extension CommandTree {
    static let using = [
        Command(
            "exec", summary: "Run a command in a running VM",
            discussion: """
                The command's output, errors and exit status become those of aiu; a command that a signal ended counts \
                as 128 and the signal's number. Standard input is empty unless -i is given. Ctrl-C goes to the command; \
                three times leaves it behind.
                """, group: "Working in VMs",
            arguments: [vm, Argument("command", "The command and its arguments", .passThrough(isRequired: true))],
            options: commandOptions + [
                Option("timeout", value: "DURATION", "End the command after this time, such as 90s or 5m")
            ],
            flags: commandFlags,
            examples: [
                .init("aiu exec demo ls -l /", "Options after the VM's name belong to the command"),
                .init("aiu exec -i demo -- sort < names.txt", "Sorts a file of yours in the VM"),
                .init("aiu exec -it demo -- python3", "An interactive program"),
                .init("aiu exec --timeout 10s demo -- make test", "Ends it after ten seconds, with status 124"),
            ]),
        Command(
            "shell", summary: "Open a shell in a running VM", group: "Working in VMs", arguments: [vm],
            options: [
                Option("user", short: "u", value: "USER", "As this user of the VM (default: aiu, unprivileged)"),
                Option("workdir", short: "w", value: "DIR", "In this folder of the VM (default: /workspace)"),
            ],
            examples: [
                .init("aiu shell demo", "A login shell; leave it with Ctrl-D"),
                .init("aiu shell -u root demo", "As root of the VM, which is nobody on the host"),
            ]),
        Command(
            "attach", summary: "Open a VM's serial console",
            discussion: """
                The way in when nothing else is: what the kernel and the agent say on the port, and a shell of the \
                unprivileged user when Enter is pressed. Ctrl-] leaves it; the VM goes on. One person at a time.
                """, group: "Working in VMs", arguments: [vm], options: [readTimeout],
            examples: [.init("aiu attach demo", "Leave it with Ctrl-]")]),
        Command(
            "cp", summary: "Copy files and folders into a VM or out of it",
            discussion: """
                VM:PATH is a place in a VM, relative to /workspace; anything else is a path here (write ./a:b for a \
                name with a colon). As with cp, a folder that exists takes the copy in. Of a stopped VM, single files \
                can be copied, by absolute paths.
                """, group: "Working in VMs",
            arguments: [
                Argument("source", "What to copy", completion: .file),
                Argument("target", "Where to", completion: .file),
            ],
            options: [timeout("Give up when nothing moves for so long (default: 30s)")],
            flags: [Flag("quiet", short: "q", "Say nothing on success")],
            examples: [
                .init("aiu cp report.csv demo:", "Into the VM's /workspace"),
                .init("aiu cp src demo:/workspace/project", "A whole folder"),
                .init("aiu cp demo:/var/log ./logs", "Out of the VM"),
            ]),
        Command(
            "ping", summary: "Measure the way to a VM's agent and back", group: "Working in VMs", arguments: [vm],
            options: formatOptions + [
                Option("count", short: "n", value: "COUNT", "So many times", default: "1"), readTimeout,
            ], flags: formatFlags,
            examples: [.init("aiu ping demo -n 10", "Ten times, with the median")]),
    ]

    static let watching = [
        Command(
            "ls", aliases: ["list"], summary: "List all VMs", group: "Seeing what is there",
            options: formatOptions + [selectorOption, readTimeout],
            flags: formatFlags + [Flag("deleted", "Deleted VMs instead that can still be recovered")],
            examples: [
                .init("aiu ls", "A table"), .init("aiu ls --json", "For programs"), .init("aiu ls -q", "Names only"),
                .init("aiu ls -l team=docs", "Those with a label"),
                .init("aiu ls --deleted", "What can be recovered, and for how long"),
            ]),
        Command(
            "ps", summary: "List the VMs that run", group: "Seeing what is there",
            options: formatOptions + [selectorOption, readTimeout], flags: formatFlags,
            examples: [.init("aiu ps -q", "The names of those that run")]),
        Command(
            "inspect", summary: "Show everything known of VMs",
            discussion: "As JSON or YAML, one VM is an object and several are a list.", group: "Seeing what is there",
            arguments: [vms],
            options: formatOptions + [readTimeout], flags: formatFlags,
            examples: [
                .init("aiu inspect demo", "For people"),
                .init("aiu inspect demo --json | jq .record.resources", "For programs"),
            ]),
        Command(
            "logs", summary: "Show what a VM's agent and kernel wrote", group: "Seeing what is there", arguments: [vm],
            options: [
                Option("tail", short: "n", value: "LINES", "Only so many lines from the end"), readTimeout,
            ],
            flags: [
                Flag("follow", short: "f", "Go on with what is written from now on"),
                Flag("console", "The serial console instead: the boot, and the last words of a kernel"),
            ],
            examples: [
                .init("aiu logs -f demo", "Until Ctrl-C"),
                .init("aiu logs --console -n 50 demo", "Why it did not start"),
            ]),
        Command(
            "events", summary: "Show what happened to VMs", discussion: "With --json and -f, each event is one line.",
            group: "Seeing what is there",
            options: formatOptions + [
                Option("after", value: "NUMBER", "Only events after this one"),
                Option("tail", short: "n", value: "COUNT", "Only the last so many"), readTimeout,
            ],
            flags: formatFlags + [Flag("follow", short: "f", "Go on with what happens from now on")],
            examples: [
                .init("aiu events -n 20", "The last twenty"),
                .init("aiu events -f --json", "A line for each, for ever"),
            ]),
    ]

    static let examining = [
        Command(
            "doctor", summary: "Examine this machine and say what to do",
            discussion: "Ends with status 1 when something stands in the way.", group: "The system",
            options: formatOptions + [readTimeout], flags: formatFlags,
            examples: [.init("aiu doctor", "What works, what does not, and the remedy")]),
        Command(
            "version", summary: "Show the versions of aiu and of the running aiud", group: "The system",
            options: formatOptions, flags: formatFlags,
            examples: [.init("aiu version --json", "For programs")]),
    ]

    static let system = Command(
        "system", summary: "Start, stop and examine aiud, the supervisor", group: "The system",
        subcommands: [
            Command(
                "start", summary: "Start aiud in the background", flags: [Flag("quiet", short: "q", "Say nothing")],
                examples: [.init("aiu system start", "Waits until it is ready")]),
            Command(
                "stop", summary: "Stop aiud; VMs go on running",
                options: [timeout("How long it may take (default: 30s)")],
                flags: [Flag("quiet", short: "q", "Say nothing")],
                examples: [.init("aiu system stop", "Waits until it has ended")]),
            Command(
                "status", summary: "Show how aiud is; status 69 when it does not run",
                options: formatOptions + [readTimeout], flags: formatFlags,
                examples: [.init("aiu system status --json", "For programs")]),
            Command(
                "df", summary: "Show what takes how much disk", options: formatOptions + [readTimeout],
                flags: formatFlags, examples: [.init("aiu system df", "Images, VMs and what is free")]),
        ])
}
