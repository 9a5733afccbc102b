internal import AIUModel

/// What VMs reach.
extension Schemas {
    private static let texts = Schema.array(of: .text())
    private static let port = Schema.integer(1...65_535)
    private static let domain = Schema.text(atMost: 253)
    private static let scope = Schema.array(of: .text(atMost: 256), atLeast: 1, atMost: SecretScope.most)

    static let network: [(name: String, schema: Schema)] = [
        (
            "ChangeNetwork",
            .object([
                always("verb", .choice(ChangeNetwork.Verb.self)),
                always("host", domain, "`example.org`, or `*.example.org` for all names below it."),
                maybe("ports", .array(of: port, atLeast: 1, atMost: 64), "80 and 443 when left out."),
                maybe("methods", .array(of: .text(atMost: 32), atLeast: 1, atMost: 64)),
                maybe("paths", .array(of: .text(atMost: 1024), atLeast: 1, atMost: 64), "`/v1/*` each."),
            ])
        ),
        (
            "TestNetwork",
            .object([
                always("url", .text(atMost: 8192)), maybe("method", .text(atMost: 32), "GET when left out."),
                maybe("connect", .boolean, "Also tries it, through the VM's own proxy."),
            ])
        ),
        (
            "SetSecret",
            .object([
                always("hosts", .array(of: domain, atLeast: 1, atMost: 64)),
                always("value", .text(atMost: 16_384), "Never given back, logged or recorded."),
                maybe("vms", scope, "The only VMs that may use it, with those of `projects`; without both, all."),
                maybe("projects", scope, "Projects of the policy whose VMs may use it."),
            ])
        ),
        (
            "SecretSummary",
            .object([
                always("name", .text()), always("hosts", texts),
                always("placeholder", .text(), "What the guest writes in its place."),
                maybe("vms", texts, "The only VMs that may use it, with those of `projects`; without both, all."),
                maybe("projects", texts),
            ])
        ),
        (
            "NetworkAnswer",
            .object([
                always("allowed", .boolean), always("host", .text()), always("port", port), always("method", .text()),
                always("path", .text()), always("scope", .text(), "Which scope decides."),
                always("rule", .text(), "By which rule."),
                maybe("tried", .text(), "The first line of the answer that the VM's proxy gave."),
            ])
        ),
        (
            "NetworkView",
            .object([
                always("name", .text()), always("mode", .choice(NetworkPolicy.self), "What holds in the end."),
                always("policyVersion", .count),
                always("layers", .array(of: .reference("NetworkLayer")), "A request must pass all of them."),
                maybe("card", .text(), "The address of its network card, while packets pass it."),
                maybe("cardProblem", .text(), "Why it has none, although the policy asks for one."),
                always("reachable", .boolean, "Its proxy runs and has these rules."),
                maybe("problem", .text(), "Why nothing can be reached although the mode allows it."),
                maybe("counters", .reference("EgressCounters")),
                maybe("bytesLeft", .count, "Of today's quota, by UTC."),
            ])
        ),
        (
            "NetworkLayer",
            .object([
                always("scope", .text(), "`host`, `project lab`, `user anna`, `vm notes` or `configuration`."),
                maybe("mode", .choice(NetworkPolicy.self)),
                maybe("allow", texts, "Absent: all that the mode lets through."), always("deny", texts),
                maybe("services", texts, "Absent: all of the host's."), maybe("requestsPerMinute", .count),
                maybe("bytesPerDay", .count), maybe("connections", .count), maybe("upstreamProxy", .text()),
                maybe("vpnInterface", .text()), maybe("vpnNamespace", .text()), maybe("resolver", .text()),
                maybe("card", .boolean),
            ])
        ),
        (
            "EgressCounters",
            .object([
                always("day", .count, "Days since 1970, by UTC: of which day `bytesToday` is."),
                always("bytesToday", .count), always("bytesToGuest", .count), always("bytesFromGuest", .count),
                always("requests", .count), always("denied", .count), always("connections", .count),
            ])
        ),
        (
            "EgressDecision",
            .object([
                always("time", time), always("kind", .choice(EgressDecision.Kind.self)), always("allowed", .boolean),
                always("host", .text()), maybe("port", port), maybe("method", .text()),
                maybe("path", .text(), "Without its query."), maybe("address", .text(), "What was connected to."),
                always("scope", .text()), always("rule", .text()),
                maybe("secrets", texts, "Names of the secrets that were put in."), always("policyVersion", .count),
                maybe("repeats", .count, "How many of the same were left out before this one."),
            ])
        ),
    ]
}
