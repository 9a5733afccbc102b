internal import AIUAudit
internal import AIUCommandLine

extension CommandTree {
    private static let linesOption = Option("lines", short: "n", value: "COUNT", "At most so many of the newest")

    static let whoAmI = Command(
        "whoami", summary: "Show who you are to the supervisor, and what you may do", group: "Watching",
        options: formatOptions + [readTimeout], flags: formatFlags,
        examples: [.init("aiu whoami", "Your role and what it allows")])

    static let audit = Command(
        "audit", summary: "See who did what, and prove that nothing was changed",
        discussion: """
            Whatever changes something, or gives out what is in a VM, is recorded before it is done; what cannot be \
            recorded is not done. Each record is bound to the one before by a digest, and their end is signed.
            """, group: "Watching",
        subcommands: [
            Command(
                "tail", summary: "Show the newest records",
                options: formatOptions + [linesOption, readTimeout],
                flags: formatFlags + [Flag("follow", short: "f", "Go on with new ones")],
                examples: [
                    .init("aiu audit tail", "The last 20"), .init("aiu audit tail -f", "And all that come"),
                ]),
            Command(
                "search", summary: "Find records",
                arguments: [Argument("text", "A text anywhere in the record", .optional)],
                options: formatOptions + [
                    Option("user", short: "u", value: "USER", "What this user asked for: a name or number"),
                    Option("action", value: "ACTION", "Such as startVM, execute, prompt; see docs/audit.md"),
                    Option("subject", short: "s", value: "NAME", "What was done to this VM, model or profile"),
                    Option("since", value: "DURATION", "Not older than this, such as 90m or 24h"), linesOption,
                    readTimeout,
                ], flags: formatFlags,
                examples: [
                    .init("aiu audit search --subject notes --since 24h", "What was done to notes today"),
                    .init("aiu audit search --user anna --action execute --json", "Every command of hers"),
                ]),
            Command(
                "verify", summary: "Prove that no record was changed, removed or added",
                discussion: """
                    Of the audit of this host, or of an export, which needs no supervisor. The status is 65 when \
                    anything is wrong. Keep what it prints as end somewhere else: with --expect it proves later that \
                    nothing was cut off since.
                    """,
                arguments: [Argument("file", "An export; - is standard input", .optional, completion: .file)],
                options: formatOptions + [
                    Option("key", value: "HEX", "The key that the signatures must be made with"),
                    Option("expect", value: "NUMBER:DIGEST", "An end that the audit had before"), readTimeout,
                ], flags: formatFlags,
                examples: [
                    .init("aiu audit verify", "The audit of this host"),
                    .init("aiu audit verify audit.jsonl --key 3b6a…", "An export, by an auditor"),
                ]),
            Command(
                "export", summary: "Write all records to a file, for an auditor or another program",
                options: [
                    Option(
                        "as", value: "FORMAT", "jsonl as it is kept, csv, or cef for collectors of security events",
                        choices: AuditFormat.allCases.map(\.rawValue)),
                    Option(
                        "output", short: "o", value: "FILE", "Into this file (default: standard output)",
                        completion: .file),
                    readTimeout,
                ],
                flags: [
                    Flag("force", short: "f", "Replace the file"), quietFlag,
                    Flag("sealed", "Prove the chain, and tell nothing of anybody"),
                ],
                examples: [
                    .init("aiu audit export -o audit.jsonl", "What `aiu audit verify` can prove"),
                    .init("aiu audit export --as cef", "For a collector of security events"),
                ]),
        ])
}
