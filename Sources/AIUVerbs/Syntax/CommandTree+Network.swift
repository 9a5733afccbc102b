internal import AIUCommandLine

extension CommandTree {
    /// The kind of names that completion asks for.
    static let secretNames = "secret"
    private static let host = Argument("host", "A domain such as api.example.org[:443], or *.example.org")
    private static let ruleOptions = [
        Option("method", value: "METHOD", "Only requests by this method", isRepeatable: true),
        Option("path", value: "PATH", "Only requests for this path, such as /v1/*", isRepeatable: true),
    ]

    static let network = Command(
        "net", summary: "See and change what VMs may reach",
        discussion: """
            A VM has no network card. What its configuration and the policy let it reach it reaches through a proxy of \
            its host, which decides about each request and writes down why. Changes hold at once, for connections that \
            are open too. A host alone stands in the VM's configuration; ports, methods and paths stand in the policy.
            """, group: "Watching",
        subcommands: [
            Command(
                "show", summary: "Show what a VM may reach, who says so, and what it has used", arguments: [vm],
                options: formatOptions + [readTimeout], flags: formatFlags,
                examples: [.init("aiu net show notes", "Its rules, the widest scope first")]),
            Command(
                "allow", summary: "Let a VM reach a host", arguments: [vm, host],
                options: ruleOptions + formatOptions + [readTimeout], flags: formatFlags,
                examples: [
                    .init("aiu net allow notes example.org", "Its web pages, with and without TLS"),
                    .init(
                        "aiu net allow notes api.example.org:8443 --method GET --path '/v1/*'",
                        "Only these requests"),
                ]),
            Command(
                "deny", summary: "Keep a VM from reaching a host", arguments: [vm, host],
                options: ruleOptions + formatOptions + [readTimeout], flags: formatFlags,
                examples: [.init("aiu net deny notes '*.tracker.example'", "Whatever allows it")]),
            Command(
                "test", summary: "Say whether a VM's request would be let through, and why",
                arguments: [
                    vm, Argument("url", "Such as https://example.org/path"),
                ],
                options: [Option("method", value: "METHOD", "By this method (default: GET)")] + formatOptions + [
                    readTimeout
                ], flags: formatFlags + [Flag("connect", "Try it too, through the VM's own proxy")],
                examples: [.init("aiu net test notes https://example.org/", "The rule that decides")]),
            Command(
                "log", summary: "Show what a VM wanted to reach, and what was said", arguments: [vm],
                options: formatOptions + [
                    Option("lines", short: "n", value: "COUNT", "At most so many of the newest"), readTimeout,
                ], flags: formatFlags + [Flag("follow", short: "f", "Go on with new ones")],
                examples: [.init("aiu net log notes -f", "And all that come")]),
            Command(
                "top", summary: "Show what the VMs that run have used",
                options: formatOptions + [readTimeout], flags: formatFlags,
                examples: [.init("aiu net top", "The busiest first")]),
        ])

    static let secret = Command(
        "secret", summary: "Keep secrets that VMs use without knowing them",
        discussion: """
            A program in a VM writes a placeholder where a key belongs. The host's proxy puts the key in its place, in \
            requests over TLS to the secret's hosts only. The value never enters a VM, a log or a command line.
            """, group: "Configuring",
        subcommands: [
            Command(
                "set", summary: "Keep a secret, or change it; its value comes from standard input",
                arguments: [Argument("name", "Capitals, digits and underscores")],
                options: [
                    Option("host", value: "HOST", "It is for this host, or for *.example.org", isRepeatable: true),
                    Option(
                        "vm", value: "VM", "Only this VM may use it (default: all)", isRepeatable: true,
                        completion: .names(kind: vmNames)),
                    Option(
                        "project", value: "PROJECT", "Only VMs of this project may use it (default: all)",
                        isRepeatable: true),
                    readTimeout,
                ], flags: [quietFlag],
                examples: [
                    .init("aiu secret set API_KEY --host api.example.org", "Asks for the value, unseen"),
                    .init("aiu secret set API_KEY --host api.example.org < key.txt", "From a file"),
                    .init("aiu secret set API_KEY --host api.example.org --vm build", "For the VM build alone"),
                ]),
            Command(
                "ls", summary: "List secrets, never their values", options: formatOptions + [readTimeout],
                flags: formatFlags, examples: [.init("aiu secret ls", "Names, hosts, VMs and placeholders")]),
            Command(
                "rm", summary: "Forget secrets",
                arguments: [Argument("name", "Their names", .many, completion: .names(kind: secretNames))],
                options: [readTimeout], flags: [quietFlag],
                examples: [.init("aiu secret rm API_KEY", "VMs cannot use it any more")]),
        ])
}
