internal import AIUModel

/// People and their tokens.
extension Schemas {
    static let people: [(name: String, schema: Schema)] = [
        (
            "CreateAccessToken",
            .object([
                always("name", .text(atMost: 63)),
                always("role", .choice(Role.self), "At most what you have; less when you have less later."),
                maybe(
                    "vms", .array(of: .text(atMost: 63), atMost: CreateAccessToken.mostVMs),
                    "The only VMs that it reaches; all that you reach when left out."),
                maybe("project", .text(atMost: 63), "Only the VMs of this project of the policy."),
                maybe("expiresMilliseconds", .integer(CreateAccessToken.lives), "30 days when left out."),
            ])
        ),
        (
            "AccessToken",
            .object([
                always("id", .text(pattern: "^[0-9a-f]{12}$")), always("name", .text()),
                always("owner", .object([maybe("user", .integer(0...4_294_967_295)), maybe("name", .text())])),
                always("role", .choice(Role.self)), always("vms", .array(of: .text())), maybe("project", .text()),
                always("created", time),
                always("expires", time), maybe("revoked", time), maybe("used", time, "To the hour."),
            ])
        ),
        (
            "Erasure",
            .object([
                always("people", .array(of: .text()), "Their numbers in the audit."), always("tokens", .count),
                always("requests", .count, "Of the ledger of tokens."),
                always(
                    "recordsInTheClear", .count,
                    "Records from before what they say was sealed; they go with `keep_audit_days`."),
            ])
        ),
        (
            "NewAccessToken",
            .object([
                always("token", .reference("AccessToken")), always("secret", .text(), "Not kept, and not told again."),
            ])
        ),
    ]
}
