import AIUJSON

/// Turns a tree with positions into a configuration, or into everything that is wrong with it.
enum ConfigReader {
    /// The known fields of every object, by the way to it; the one list that look-ups, refusals and suggestions use.
    static let fields: KeyValuePairs<String, [String]> = [
        "": [
            "internet", "network_policy", "network_options", "resources", "token_limits", "location", "timezone",
            "tools", "performance_mode", "language_preferences", "custom_parameters",
        ],
        "network_options": [
            "allow_local", "allow_vpn", "whitelist_domains", "blacklist_domains", "proxy_settings",
        ],
        "network_options.proxy_settings": ["url", "no_proxy"],
        "resources": ["ram", "cpu_cores", "storage", "gpu_access", "encryption"],
        "token_limits": ["max_per_query", "session_budget", "response_max", "per_tool", "rollover"],
    ]

    /// `merging` keeps the user's own names that the text does not speak of.
    static func read(
        _ node: JSONNode, over base: AIUConfig, merging: Bool = false
    ) throws(ConfigError) -> AIUConfig {
        var problems = ConfigProblems()
        guard let root = object(node, .root, &problems) else { throw failure(problems) }
        var config = base
        config.internet = root.read("internet", or: base.internet, &problems, ConfigField.bool)
        config.networkPolicy = root.read("network_policy", or: base.networkPolicy, &problems, ConfigField.choice)
        config.networkOptions = networkOptions(root, base.networkOptions, &problems)
        config.resources = resources(root, base.resources, &problems)
        config.tokenLimits = tokenLimits(root, base.tokenLimits, merging, &problems)
        config.location = root.read("location", or: base.location, &problems, ConfigField.location)
        config.timezone = root.read("timezone", or: base.timezone, &problems, ConfigField.timezone)
        config.tools = root.list(
            "tools", or: base.tools, limit: ToolName.allCases.count, &problems, ConfigField.choice)
        config.performanceMode = root.read(
            "performance_mode", or: base.performanceMode, &problems, ConfigField.choice)
        config.languagePreferences = root.list(
            "language_preferences", or: base.languagePreferences, limit: ConfigBounds.languages, &problems,
            ConfigField.language)
        config.customParameters = root.read("custom_parameters", or: base.customParameters, &problems) {
            (node: JSONNode) throws(FieldRefusal) in
            guard let members = JSON(node).membersValue else { throw FieldRefusal(expected: "an object in braces") }
            return merging ? JSON.object(base.customParameters).merging(members).membersValue ?? [] : members
        }
        ConfigRules.check(config, root, &problems)
        if let error = problems.error { throw error }
        return config
    }

    /// For the one case where there is nothing to go on with.
    private static func failure(_ problems: ConfigProblems) -> ConfigError {
        problems.error ?? ConfigError(problems: [])
    }

    private static func object(
        _ node: JSONNode?, _ path: JSONPath, _ problems: inout ConfigProblems
    ) -> ConfigObject? {
        let names = fields.first { $0.key == path.description }?.value ?? []
        return ConfigObject(node, at: path, names: names, &problems)
    }

    private static func networkOptions(
        _ root: ConfigObject, _ base: NetworkOptions, _ problems: inout ConfigProblems
    ) -> NetworkOptions {
        guard let object = object(root["network_options"], root.path("network_options"), &problems) else { return base }
        let limit = ConfigBounds.domains
        return NetworkOptions(
            allowLocal: object.read("allow_local", or: base.allowLocal, &problems, ConfigField.bool),
            allowVPN: object.read("allow_vpn", or: base.allowVPN, &problems, ConfigField.bool),
            whitelistDomains: object.list(
                "whitelist_domains", or: base.whitelistDomains, limit: limit, &problems, ConfigField.domain),
            blacklistDomains: object.list(
                "blacklist_domains", or: base.blacklistDomains, limit: limit, &problems, ConfigField.domain),
            proxySettings: proxySettings(object, base.proxySettings, &problems))
    }

    private static func proxySettings(
        _ options: ConfigObject, _ base: ProxySettings?, _ problems: inout ConfigProblems
    ) -> ProxySettings? {
        let path = options.path("proxy_settings")
        guard let node = options["proxy_settings"] else { return base }
        guard node.value != .null else { return nil }
        guard let object = object(node, path, &problems) else { return base }
        guard object["url"] != nil || base != nil else {
            problems.add(at: node.position, path.appending("url"), "`\(path).url` is missing")
            return base
        }
        return ProxySettings(
            url: object.read("url", or: base?.url ?? "", &problems, ConfigField.proxyURL),
            noProxy: object.list(
                "no_proxy", or: base?.noProxy ?? [], limit: ConfigBounds.domains, &problems, ConfigField.domain))
    }

    private static func resources(
        _ root: ConfigObject, _ base: Resources, _ problems: inout ConfigProblems
    ) -> Resources {
        guard let object = object(root["resources"], root.path("resources"), &problems) else { return base }
        return Resources(
            ram: object.read("ram", or: base.ram, &problems, ConfigField.size(in: ConfigBounds.ram)),
            cpuCores: object.read(
                "cpu_cores", or: base.cpuCores, &problems, ConfigField.integer(in: ConfigBounds.cpuCores)),
            storage: object.read("storage", or: base.storage, &problems, ConfigField.size(in: ConfigBounds.storage)),
            gpuAccess: object.read("gpu_access", or: base.gpuAccess, &problems, ConfigField.bool),
            encryption: object.read("encryption", or: base.encryption, &problems, ConfigField.bool))
    }

    private static func tokenLimits(
        _ root: ConfigObject, _ base: TokenLimits, _ merging: Bool, _ problems: inout ConfigProblems
    ) -> TokenLimits {
        guard let object = object(root["token_limits"], root.path("token_limits"), &problems) else { return base }
        let tokens = ConfigField.integer(in: ConfigBounds.tokens)
        return TokenLimits(
            maxPerQuery: object.read("max_per_query", or: base.maxPerQuery, &problems, tokens),
            sessionBudget: object.read("session_budget", or: base.sessionBudget, &problems, tokens),
            responseMax: object.read("response_max", or: base.responseMax, &problems, tokens),
            perTool: perTool(object, base.perTool, merging, &problems),
            rollover: object.read("rollover", or: base.rollover, &problems, ConfigField.choice))
    }

    private static func perTool(
        _ limits: ConfigObject, _ base: [ToolName: Int], _ merging: Bool, _ problems: inout ConfigProblems
    ) -> [ToolName: Int] {
        guard let node = limits["per_tool"] else { return base }
        let path = limits.path("per_tool")
        guard let members = node.members else {
            problems.add(at: node.position, path, "`\(path)` must be an object in braces, not \(node.summary)")
            return base
        }
        let names = ToolName.allCases.map(\.rawValue)
        var result: [ToolName: Int] = merging ? base : [:]
        for member in members {
            let field = path.appending(member.name)
            guard let tool = ToolName(rawValue: member.name) else {
                problems.add(
                    at: member.namePosition, field, "`\(field)` is not the name of a tool",
                    suggestion: NearestName.find(member.name, in: names))
                continue
            }
            if merging, member.value.value == .null {
                result[tool] = nil
                continue
            }
            let tokens = ConfigField.integer(in: ConfigBounds.tokens)
            result[tool] = ConfigObject.convert(member.value, field, &problems, tokens)
        }
        return result
    }
}

extension JSON {
    /// This object with the members of another: objects into objects, `null` removes, everything else replaces.
    fileprivate func merging(_ members: [Member]) -> JSON {
        members.reduce(self) { result, member in
            var result = result
            if member.value.isNull {
                result[member.name] = nil
            } else if let inner = member.value.membersValue {
                let present = result[member.name].flatMap { $0.membersValue == nil ? nil : $0 }
                result[member.name] = (present ?? .emptyObject).merging(inner)
            } else {
                result[member.name] = member.value
            }
            return result
        }
    }
}
