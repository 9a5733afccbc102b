package import AIUCommandLine

/// Everything that can be typed.
package enum CommandTree {
    package static let root = Command(
        "aiu", summary: "Run local AI models and their tools in sealed micro-VMs",
        discussion: """
            Each VM has its own kernel and disk, no network, and one way to the outside: a socket to aiud, the \
            supervisor on this host. aiud is started when it is needed; VMs go on running when it stops.
            """,
        options: [
            Option(
                "state", value: "DIR", "Work with the VMs in this directory instead of the usual one",
                completion: .folder),
            Option("remote", value: "URL", "Work with the supervisor at https://HOST:PORT; also $AIU_REMOTE"),
            Option("ca", value: "FILE", "Trust only what this signed; also $AIU_CA", completion: .file),
            Option("client-cert", value: "FILE", "Show it this certificate; also $AIU_CERT", completion: .file),
            Option("client-key", value: "FILE", "The certificate's key; also $AIU_KEY", completion: .file),
        ],
        examples: [
            .init("aiu launch demo", "Makes a VM named demo and starts it"),
            .init("aiu exec demo -- uname -a", "Runs a command in it"),
            .init("aiu run -- python3 -c 'print(6 * 7)'", "Runs a command in a VM that is gone afterwards"),
        ],
        subcommands: making + living + prompting + using + watching + keeping + configuring
            + [policy, network, secret, budgets, models, audit, whoAmI, tokens, users] + examining + [prune, system])

    private static let making = [
        Command(
            "launch", summary: "Make a VM and start it", group: "Making and removing VMs",
            arguments: [Argument("name", "Its name; one is chosen when left out", .optional)],
            options: makeOptions + formatOptions + [timeout("How long its agent may take to answer (default: 60s)")],
            flags: makeFlags + formatFlags,
            examples: [
                .init("aiu launch", "Makes a VM with a name of aiu's choice and starts it"),
                .init("aiu launch notes --cpus 2 --memory 1GB", "With two processors and 1 GB of memory"),
                .init("aiu launch notes --config aiu_config.json", "As a file says"),
                .init("aiu launch diary --encrypt", "With an encrypted disk"),
            ]),
        Command(
            "create", summary: "Make a VM without starting it", group: "Making and removing VMs",
            arguments: [Argument("name", "Its name; one is chosen when left out", .optional)],
            options: makeOptions + formatOptions + [timeout("How long its disk may take (default: 2m)")],
            flags: makeFlags + formatFlags + [Flag("ephemeral", "Remove it when it stops")],
            examples: [
                .init("aiu create notes --preset tiny", "A small VM, to be started later"),
                .init("aiu create -q", "Prints the name of the new VM only"),
            ]),
        Command(
            "run", summary: "Run a command, or answer a prompt, in a new VM that is gone afterwards",
            discussion: """
                The command's output, errors and exit status become those of aiu. However it ends, also by Ctrl-C, \
                the VM is removed with everything in it.

                With --prompt, what follows are files that go into the VM, and the answer and the statuses are those \
                of `aiu prompt`; nothing of the conversation is kept. Options come before the files.
                """, group: "Making and removing VMs",
            arguments: [
                Argument("command", "The command and its arguments, or files", .passThrough(isRequired: false))
            ],
            options: makeOptions + commandOptions + [
                Option("prompt", short: "p", value: "TEXT", "Answer this instead; - is standard input")
            ] + promptOptions + [
                Option("name", value: "NAME", "The VM's name meanwhile"),
                Option(
                    "timeout", value: "DURATION",
                    "End the command after this time, or the prompt after so long without a word"),
                Option("boot-timeout", value: "DURATION", "How long the VM may take to answer (default: 60s)"),
            ],
            flags: makeFlags + commandFlags + promptFlags + [
                Flag("quiet", short: "q", "Show no progress"), Flag("json", "The answer to the prompt as JSON"),
                Flag("yaml", "The answer to the prompt as YAML"),
            ],
            examples: [
                .init("aiu run -- uname -a", "One command in a VM of its own"),
                .init("aiu run -i --memory 1GB -- python3 - < job.py", "A program from standard input"),
                .init("aiu run --prompt \"average of the price column\" orders.csv", "An answer about a file"),
                .init("aiu run -it -- bash", "A shell in a VM that forgets everything"),
            ]),
        Command(
            "delete", aliases: ["rm"], summary: "Delete VMs; for a time they can be recovered",
            discussion: """
                The disk is kept for a week, unless the VM is ephemeral or --purge \
                is given. The name is free at once. A protected VM is refused.
                """, group: "Making and removing VMs",
            arguments: [someVMs], options: [selectorOption, timeout("Give up after so long (default: 30s)")],
            flags: [
                allFlag, Flag("force", short: "f", "Also those that run"),
                Flag("purge", "For good, keeping nothing; asks when no VM was named"),
                Flag("yes", short: "y", "Do not ask"), quietFlag,
            ],
            examples: [
                .init("aiu delete old1 old2", "Deletes two stopped VMs"),
                .init("aiu delete -f demo", "Ends a VM that runs and deletes it"),
                .init("aiu delete --purge demo", "Removes it with everything in it, for good"),
                .init("aiu delete -f -l team=docs", "Deletes all VMs with that label"),
            ]),
    ]

    private static let living = [
        Command(
            "start", summary: "Start VMs and wait until they answer", group: "Starting and stopping",
            arguments: [someVMs],
            options: [selectorOption, timeout("How long each agent may take to answer (default: 60s)")],
            flags: [allFlag, quietFlag],
            examples: [
                .init("aiu start notes work", "Starts two VMs at once"),
                .init("aiu start --all", "Starts all that do not run"),
            ]),
        Command(
            "stop", summary: "Stop VMs in order; their disks stay", group: "Starting and stopping",
            arguments: [someVMs],
            options: [selectorOption, timeout("How long a guest may take before it is ended (default: 10s)")],
            flags: [allFlag, Flag("force", short: "f", "End it at once, as if the power failed"), quietFlag],
            examples: [
                .init("aiu stop notes", "Asks the guest to end in order"),
                .init("aiu stop --all", "Stops everything that runs"),
            ]),
        Command(
            "restart", summary: "Stop VMs and start them again", group: "Starting and stopping",
            arguments: [someVMs],
            options: [selectorOption, timeout("How long each agent may take to answer again (default: 60s)")],
            flags: [allFlag, Flag("force", short: "f", "End it at once, as if the power failed"), quietFlag],
            examples: [.init("aiu restart notes", "Stops and starts one VM")]),
        Command(
            "pause", summary: "Hold running VMs where they are",
            discussion: """
                The guest's processors stand still, its memory stays; commands in it wait. A VM that is paused already \
                stays so.
                """, group: "Starting and stopping", arguments: [someVMs], options: [selectorOption, readTimeout],
            flags: [allFlag, quietFlag],
            examples: [.init("aiu pause notes", "Until aiu resume"), .init("aiu pause --all", "All that run")]),
        Command(
            "resume", summary: "Let paused VMs go on", group: "Starting and stopping", arguments: [someVMs],
            options: [selectorOption, readTimeout], flags: [allFlag, quietFlag],
            examples: [.init("aiu resume notes", "It goes on where it was")]),
        Command(
            "wait", summary: "Wait until VMs are in a state",
            discussion: """
                Without --timeout it waits for ever. A VM that fails ends the wait with status 1, unless that is what \
                was waited for; a time that runs out ends it with 124.
                """, group: "Starting and stopping", arguments: [vms],
            options: [
                Option(
                    "for", value: "STATE", "Which state: ready means that the VM's agent answers", default: "ready",
                    choices: WaitVerb.Goal.allCases.map(\.rawValue)),
                timeout("Give up after so long"),
            ], flags: [quietFlag],
            examples: [
                .init("aiu wait notes", "Until its agent answers"),
                .init("aiu wait notes --for stopped --timeout 5m", "For at most five minutes"),
            ]),
    ]
}
