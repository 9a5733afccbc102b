internal import AIUModel

/// What the verbs beyond making, starting and stopping carry.
extension Schemas {
    private static let name = Schema.text(atMost: 63)
    private static let document = Schema.text(atMost: 65536)

    static let orders: [(name: String, schema: Schema)] = [
        (
            "UpdateVM",
            .object([
                maybe("protected", .boolean, "A protected VM is neither deleted nor purged."),
                maybe("labels", labels, "Labels to add or change."),
                maybe("removedLabels", .array(of: name, atMost: Labels.most), "Keys of labels to take away."),
            ])
        ),
        ("RenameVM", .object([always("name", name)])),
        (
            "CloneVM",
            .object([
                maybe("name", name, "Chosen by the supervisor when left out."),
                maybe("live", .boolean, "Also of a VM that runs: it is paused while its disk is copied."),
                maybe("project", .text(atMost: 256), "Of the policy; the first of its owner when left out."),
            ])
        ),
        ("RecoverVM", .object([maybe("name", name, "Its former name when left out.")])),
        (
            "PruneSystem",
            .object([
                maybe("deleted", .boolean, "Deleted VMs that are still kept."),
                maybe("failed", .boolean, "VMs that failed."),
                maybe("images", .boolean, "Images that no VM uses and that are not the newest of their flavour."),
                maybe("stamps", .boolean, "Stamps that no longer fit an image or a layout."),
                maybe("models", .boolean, "Files of models that have no name."),
                maybe("strays", .boolean, "Folders that belong to no VM."),
                maybe("dryRun", .boolean, "Only says what would go."),
            ])
        ),
        (
            "PruneReport",
            .object([
                always("dryRun", .boolean),
                always(
                    "items",
                    .array(
                        of: .object([
                            always("kind", .choice(PruneReport.Item.Kind.self)), always("name", .text()),
                            always("size", .count),
                            maybe("problem", .text(), "Why it stays although it was chosen."),
                        ]))),
            ])
        ),
        ("SetProfile", .object([always("configuration", document, "The text of a (partial) `aiu_config.json`.")])),
        ("Profile", .object([always("name", name), always("configuration", document)])),
    ]

    static let configurations: [(name: String, schema: Schema)] = [
        (
            "ApplyConfiguration",
            .object([
                maybe("document", document, "A whole document; what it does not name becomes the default."),
                maybe("changes", document, "A part of a document; what it does not name stays."),
                maybe("rollbackTo", .integer(1...9_007_199_254_740_991), "The number of an earlier revision."),
                maybe("expectedRevision", .count, "Refused when another one holds: somebody else was faster."),
                maybe("dryRun", .boolean, "Only says what would happen."),
                maybe("timeoutMilliseconds", .milliseconds, "How long the agent may take to confirm."),
            ])
        ),
        (
            "ConfigurationOutcome",
            .object([
                always("dryRun", .boolean), always("changes", .array(of: .reference("FieldChange"))),
                always("revision", .count, "The revision that holds now."),
                always("confirmed", .boolean, "The agent confirmed what is live."),
            ])
        ),
        (
            "FieldChange",
            .object([
                always("field", .text(), "Such as `resources.ram`."),
                maybe("before", .text(), "JSON; left out where the field was absent."),
                maybe("after", .text(), "JSON; left out where the field is absent."),
                always("effect", .choice(FieldChange.Effect.self)), maybe("reason", .text()),
            ])
        ),
        (
            "ConfigurationView",
            .object([
                always("document", .text(), "The canonical text of its `aiu_config.json`."), always("digest", digest),
                always("revision", .count, "Rises by one with every accepted change."),
                maybe("digestInGuest", .text(), "What the agent said it lives by, while the VM runs."),
                always("waiting", .array(of: .text()), "Fields whose new value waits for the next start."),
            ])
        ),
        (
            "ConfigurationRevision",
            .object([
                always("revision", .count), always("time", time),
                always("state", .choice(ConfigurationRevision.State.self)), always("document", .text()),
                always("digest", digest), maybe("note", .text(), "Why it was refused, or where it came from."),
            ])
        ),
    ]
}
