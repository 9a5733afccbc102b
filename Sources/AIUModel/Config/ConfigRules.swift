import AIUJSON

/// What must hold between fields.
enum ConfigRules {
    static func check(_ config: AIUConfig, _ root: ConfigObject, _ problems: inout ConfigProblems) {
        if problems.areSound("internet", "network_policy", "network_options") {
            internet(config, root, &problems)
            domains(config, root, &problems)
        }
        if problems.areSound("token_limits") { tokens(config, root, &problems) }
        let size = config.canonicalBytes.count
        if size > ConfigBounds.documentBytes {
            problems.add(
                at: root["custom_parameters"]?.position, .root,
                "written out, the configuration takes \(size) bytes; at most \(ConfigBounds.documentBytes) fit")
        }
    }

    private static func internet(_ config: AIUConfig, _ root: ConfigObject, _ problems: inout ConfigProblems) {
        let policy = config.networkPolicy
        let position = (root["network_policy"] ?? root["internet"])?.position
        if policy.reachesInternet, !config.internet {
            problems.add(
                at: position, root.path("network_policy"),
                "`network_policy` is \(policy.rawValue), but `internet` is false; "
                    + "set `internet` to true, or the policy to isolated, local or vpn")
        }
        if config.internet, policy == .isolated || policy == .local {
            problems.add(
                at: position, root.path("network_policy"),
                "`internet` is true, but `network_policy` is \(policy.rawValue), which lets nothing out; "
                    + "set the policy to allowlist, vpn or open")
        }
        if policy == .allowlist, config.networkOptions.whitelistDomains.isEmpty {
            problems.add(
                at: position, root.path("network_policy"),
                "`network_policy` is allowlist, but `network_options.whitelist_domains` is empty, "
                    + "so nothing could be reached; list domains or set the policy to isolated")
        }
    }

    private static func domains(_ config: AIUConfig, _ root: ConfigObject, _ problems: inout ConfigProblems) {
        let options = config.networkOptions
        let nodes = root["network_options"]?["whitelist_domains"]?.elements ?? []
        for (index, domain) in options.whitelistDomains.enumerated() {
            guard let blocking = options.blacklistDomains.first(where: { $0.covers(domain) }) else { continue }
            let path = root.path("network_options").appending("whitelist_domains").appending(.element(index))
            problems.add(
                at: nodes.indices.contains(index) ? nodes[index].position : root["network_options"]?.position, path,
                "`\(path)` allows \(domain), but the blacklist's \(blocking) wins over it; remove one of them")
        }
    }

    private static func tokens(_ config: AIUConfig, _ root: ConfigObject, _ problems: inout ConfigProblems) {
        let limits = config.tokenLimits
        let node = root["token_limits"]
        let path = root.path("token_limits")
        func ordered(_ small: (String, Int), _ large: (String, Int), _ problems: inout ConfigProblems) {
            guard small.1 > large.1 else { return }
            problems.add(
                at: (node?[small.0] ?? node?[large.0] ?? node)?.position, path.appending(small.0),
                "`\(path.appending(small.0))` is \(small.1), more than `\(path.appending(large.0))` (\(large.1))")
        }
        ordered(("response_max", limits.responseMax), ("max_per_query", limits.maxPerQuery), &problems)
        ordered(("max_per_query", limits.maxPerQuery), ("session_budget", limits.sessionBudget), &problems)
    }
}
