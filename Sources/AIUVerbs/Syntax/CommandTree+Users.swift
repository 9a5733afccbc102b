internal import AIUCommandLine

extension CommandTree {
    static let users = Command(
        "user", summary: "Hand out, or erase, what is kept of a person", group: "People",
        subcommands: [
            Command(
                "export", summary: "Write everything that is kept of a person to a file",
                discussion: "Their records in the audit and their tokens, as one JSON document.",
                arguments: [Argument("user", "A name or number")],
                options: [
                    Option(
                        "output", short: "o", value: "FILE", "Into this file (default: standard output)",
                        completion: .file), readTimeout,
                ], flags: [Flag("force", short: "f", "Replace the file"), quietFlag],
                examples: [.init("aiu user export anna -o anna.json", "For anna, who asked for it")]),
            Command(
                "erase", summary: "Make all that the audit says about a person unreadable, for good",
                discussion: """
                    The key of their records is erased, and their tokens are removed. What was done stays in the audit, \
                    and the audit can be verified as before; nobody can read who it was, or what exactly they asked. \
                    Copies elsewhere, such as exports and backups, are not reached.
                    """,
                arguments: [Argument("user", "A name or number")], options: formatOptions + [readTimeout],
                flags: formatFlags + [Flag("yes", short: "y", "Do not ask")],
                examples: [.init("aiu user erase anna --yes", "She is gone")]),
        ])
}
