/// What a VM may reach, who says so, and how much of it it has used.
package struct NetworkView: Codable, Equatable, Sendable {
    /// What one scope says; a request must pass all of them.
    package struct Layer: Codable, Equatable, Sendable {
        package var scope: String
        package var mode: NetworkPolicy?
        /// Absent: all that the mode lets through.
        package var allow: [String]?
        package var deny: [String]
        /// Absent: all of the host's.
        package var services: [String]?
        package var requestsPerMinute: Int?
        package var bytesPerDay: Int64?
        package var connections: Int?
        package var upstreamProxy: String?
        package var vpnInterface: String?
        package var vpnNamespace: String?
        package var resolver: String?
        package var card: Bool?

        package init(scope: String, rules: NetworkRules) {
            self.scope = scope
            mode = rules.mode
            allow = rules.allow.map { $0.map(\.description) }
            deny = rules.deny.map(\.description)
            services = rules.services.map { $0.map(\.description) }
            requestsPerMinute = rules.limits.requestsPerMinute
            bytesPerDay = rules.limits.bytesPerDay.map { Int64(clamping: $0.bytes) }
            connections = rules.limits.connections
            upstreamProxy = rules.upstreamProxy?.url
            vpnInterface = rules.vpnInterface
            vpnNamespace = rules.vpnNamespace
            resolver = rules.resolver?.description
            card = rules.card
        }
    }

    package var name: VMName
    /// What holds in the end.
    package var mode: NetworkPolicy
    package var policyVersion: Int64
    package var layers: [Layer]
    /// The address of its network card; absent when it has none, or nothing passes it.
    package var card: String?
    /// Why it has none, or nothing passes it, although the policy asks for one.
    package var cardProblem: String?
    /// Whether its proxy runs and has these rules.
    package var reachable: Bool
    /// Why nothing can be reached although the mode allows it.
    package var problem: String?
    package var counters: EgressCounters?
    /// Bytes left today under the tightest quota.
    package var bytesLeft: Int64?

    package init(
        name: VMName, mode: NetworkPolicy, policyVersion: Int64, layers: [Layer], card: String? = nil,
        cardProblem: String? = nil, reachable: Bool, problem: String?,
        counters: EgressCounters?, bytesLeft: Int64?
    ) {
        self.name = name
        self.mode = mode
        self.policyVersion = policyVersion
        self.layers = layers
        self.card = card
        self.cardProblem = cardProblem
        self.reachable = reachable
        self.problem = problem
        self.counters = counters
        self.bytesLeft = bytesLeft
    }
}
