internal import AIUModel

/// What the audit tells.
extension Schemas {
    static let audit: [(name: String, schema: Schema)] = [
        (
            "AuditRecord",
            .object([
                always("sequence", .count), always("kind", .choice(AuditRecord.Kind.self)), always("time", time),
                maybe("request", .count, "Of an `ended`: the number of its `begun`."),
                maybe("actor", .reference("AuditActor")), maybe("action", .text()), maybe("subject", .text()),
                maybe("outcome", .text(), "`done`, or the reason of a refusal or failure."), maybe("message", .text()),
                maybe("detail", .anything, "What was wanted, or answered; contents are digests and lengths."),
                maybe("policy", .count, "The version of the policy that was in force."),
                maybe("person", .text(), "A number for whoever asked; what is said of them can be erased."),
                maybe("sealed", .text(), "Only in exports: actor, detail and message, encrypted."),
                maybe("erased", .boolean, "What it said of the person was erased."),
                maybe("signature", .text(pattern: "^[0-9a-f]{128}$"), "Of a checkpoint: Ed25519."),
            ])
        ),
        (
            "AuditActor",
            .object([
                maybe("user", .integer(0...4_294_967_295)), maybe("name", .text()),
                maybe("process", .integer(0...2_147_483_647)),
                maybe("address", .text(), "Where they were, over the network."),
                maybe("role", .choice(Role.self), "What they were then."),
                maybe("token", .text(), "The identifier of the token that they showed."),
            ])
        ),
        (
            "AuditReport",
            .object([
                always("records", .count), always("first", .count), always("last", .count),
                always(
                    "head", digest,
                    "The digest of the last record: who notes it can tell later that nothing was cut off."),
                always("checkpoints", .count), always("unsigned", .count, "Records after the last signature."),
                maybe("key", digest, "What the signatures were checked with."),
                maybe("damage", .reference("AuditDamage"), "The first thing that is wrong."),
                always(
                    "incidents", .array(of: .reference("AuditIncident")),
                    "What was found amiss at a start of the supervisor."),
            ])
        ),
        (
            "AuditDamage",
            .object([
                always("sequence", .count), always("file", .text()), always("line", .count), always("problem", .text()),
            ])
        ),
        (
            "Identity",
            .object([
                maybe("user", .integer(0...4_294_967_295)), maybe("name", .text()), maybe("role", .choice(Role.self)),
                always("permissions", .array(of: .choice(Permission.self))),
                maybe("token", .text(), "The name of the token that was shown."),
            ])
        ),
        ("AuditIncident", .object([always("sequence", .count), always("finding", .text())])),
    ]
}
