internal import AIUModel

/// The policy, what changes it, and what explains it.
extension Schemas {
    static let policy: [(name: String, schema: Schema)] = [
        (
            "ApplyPolicy",
            .object([
                maybe("document", .text(atMost: PolicyDocument.longest), "A whole policy, as text."),
                maybe("rollbackTo", .count, "The number of an earlier version, which becomes a new one."),
                maybe("reload", .boolean, "Takes `policy.json` in the state directory as it stands there now."),
                maybe("expectedVersion", .count, "Refused when another version is in force."),
                maybe("note", .text(atMost: 1024), "Why; kept with the version."),
                maybe("dryRun", .boolean, "Only says what would happen."),
            ])
        ),
        (
            "PolicyOutcome",
            .object([
                always("dryRun", .boolean), always("version", .count, "The version that holds now."),
                always("changes", .array(of: .reference("PolicyChange")), "What is written otherwise."),
                always(
                    "vms", .array(of: .reference("PolicyVMChange")), "Every running VM for which something changes."),
            ])
        ),
        (
            "PolicyVMChange",
            .object([always("vm", .text()), always("changes", .array(of: .reference("PolicyChange")))])
        ),
        (
            "PolicyChange",
            .object([
                always("field", .text()), maybe("before", .text(), "As JSON; absent where nothing is said."),
                maybe("after", .text()),
            ])
        ),
        (
            "PolicyVersion",
            .object([
                always("version", .count), always("time", time), always("author", .text()), maybe("note", .text()),
                always("digest", digest, "SHA-256 of the document."),
                maybe("document", .text(), "As it was given; absent in lists."),
            ])
        ),
        (
            "PolicyView",
            .object([
                always("policy", .reference("PolicyVersion")),
                always("file", .text(), "Where a person may edit it."),
                maybe("problem", .text(), "Why the file is not what is in force, where somebody edited it."),
            ])
        ),
        (
            "PolicyExplanation",
            .object([
                always("version", .count), always("scopes", .array(of: .text()), "Those that apply, the widest first."),
                maybe("answer", .text(), "What was asked for, in one sentence."),
                maybe("allowed", .boolean, "Whether the tool or model may be used."),
                always("entries", .array(of: .reference("PolicyEntry"))),
            ])
        ),
        (
            "PolicyEntry",
            .object([
                always("field", .text()), always("value", .text(), "As JSON."),
                always("decidedBy", .array(of: .reference("PolicySource")), "Several where they add up."),
            ])
        ),
        ("PolicySource", .object([always("scope", .text()), maybe("line", .count)])),
    ]
}
