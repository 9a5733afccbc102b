package import AIUJSON

/// The whole of `aiu_config.json`: what a VM and the model in it may use.
///
/// Every field may be left out; what `AIUConfig()` holds is then used (or what the configuration being changed holds).
package struct AIUConfig: Equatable, Sendable {
    /// Whether anything on the internet may be reached. Default: false.
    package var internet: Bool
    /// Default: isolated.
    package var networkPolicy: NetworkPolicy
    /// Default: nothing allowed, nothing listed, no proxy.
    package var networkOptions: NetworkOptions
    /// Default: 256MB of memory, one core, 4GB of storage, no GPU.
    package var resources: Resources
    /// Default: 4096 a query, 200 000 a session, 2048 a response, no limits per tool, no rollover.
    package var tokenLimits: TokenLimits
    /// Where the model should believe it is, in words. Default: empty, which says nothing.
    package var location: String
    /// A name of the IANA time zone database. Default: UTC.
    package var timezone: String
    /// The tools that are enabled. Default: all; the sealed VM is the boundary, not the list.
    package var tools: [ToolName]
    /// Default: balanced.
    package var performanceMode: PerformanceMode
    /// Language tags, best first. Default: en.
    package var languagePreferences: [String]
    /// Free for the model: `response_length`, `technical_detail`, `creativity_level` and whatever else. Default: empty.
    package var customParameters: [JSON.Member]

    package init(
        internet: Bool = false,
        networkPolicy: NetworkPolicy = .isolated,
        networkOptions: NetworkOptions = NetworkOptions(),
        resources: Resources = Resources(ram: .mebibytes(256), cpuCores: 1, storage: .gibibytes(4)),
        tokenLimits: TokenLimits = TokenLimits(maxPerQuery: 4096, sessionBudget: 200_000, responseMax: 2048),
        location: String = "",
        timezone: String = "UTC",
        tools: [ToolName] = ToolName.allCases,
        performanceMode: PerformanceMode = .balanced,
        languagePreferences: [String] = ["en"],
        customParameters: [JSON.Member] = []
    ) {
        self.internet = internet
        self.networkPolicy = networkPolicy
        self.networkOptions = networkOptions
        self.resources = resources
        self.tokenLimits = tokenLimits
        self.location = location
        self.timezone = timezone
        self.tools = tools
        self.performanceMode = performanceMode
        self.languagePreferences = languagePreferences
        self.customParameters = customParameters
    }

    package static let `default` = AIUConfig()

    /// Reads and checks a text; fields that it leaves out keep the values of `base`.
    package static func parse(
        _ bytes: [UInt8], over base: AIUConfig = .default
    ) throws(ConfigError) -> AIUConfig {
        try ConfigReader.read(try node(bytes), over: base)
    }

    /// The configuration after a change: a part of a document, merged into this one also where the names are the
    /// user's own (`per_tool`, `custom_parameters`). There `null` removes a name; lists are replaced as wholes.
    package func merging(_ changes: [UInt8]) throws(ConfigError) -> AIUConfig {
        try ConfigReader.read(try Self.node(changes), over: self, merging: true)
    }

    private static func node(_ bytes: [UInt8]) throws(ConfigError) -> JSONNode {
        let limits = JSONLimits(maxBytes: ConfigBounds.inputBytes, maxDepth: ConfigBounds.inputDepth)
        do {
            return try JSONParser.parse(bytes, limits: limits)
        } catch {
            throw ConfigError(error)
        }
    }

    /// Reads and checks a value that is not a text, such as a part of a request.
    package init(_ json: JSON, over base: AIUConfig = .default) throws(ConfigError) {
        self = try ConfigReader.read(JSONNode(json), over: base)
    }

    /// The same configuration, if every rule holds; for one that was put together or changed in memory.
    package func validated() throws(ConfigError) -> AIUConfig { try AIUConfig(json) }

    /// All fields, in the order in which they are documented.
    package var json: JSON {
        [
            "internet": .bool(internet),
            "network_policy": .string(networkPolicy.rawValue),
            "network_options": networkOptions.json,
            "resources": resources.json,
            "token_limits": tokenLimits.json,
            "location": .string(location),
            "timezone": .string(timezone),
            "tools": .array(tools.map { .string($0.rawValue) }),
            "performance_mode": .string(performanceMode.rawValue),
            "language_preferences": .array(languagePreferences.map { .string($0) }),
            "custom_parameters": .object(customParameters),
        ]
    }

    /// The text that is put into VMs: always the same bytes for the same configuration.
    package var canonicalBytes: [UInt8] { json.bytes(pretty: true) + [0x0A] }
}

extension AIUConfig: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(JSON(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }
}
