/// What a card's packets are held to: everything else of a policy takes a proxy that reads along.
package struct CardRules: Codable, Equatable, Sendable {
    /// Addresses that are not to be reached, on some ports or on all.
    package struct Denial: Codable, Equatable, Sendable {
        package var network: String
        package var ports: [UInt16]?

        package init(network: String, ports: [UInt16]? = nil) {
            self.network = network
            self.ports = ports
        }
    }

    package static let mostDenials = 1000

    package var denials: [Denial]
    /// How many bytes are left, in both directions together.
    package var bytesLeft: Int64?
    package var connections: Int?
    /// Whom questions for names go to; nil: whom the host asks.
    package var resolver: String?

    package init(
        denials: [Denial], bytesLeft: Int64? = nil, connections: Int? = nil, resolver: String? = nil
    ) {
        self.denials = denials
        self.bytesLeft = bytesLeft
        self.connections = connections
        self.resolver = resolver
    }

    /// Whether rules give a VM a card.
    package enum Verdict: Equatable, Sendable {
        /// Nobody asks for one, or the mode is narrower.
        case none
        /// Somebody does, but the rules are not for packets.
        case refused(String)
        case granted(CardRules)
    }

    package static func verdict(_ rules: EgressRules) -> Verdict {
        let all = rules.layers.map(\.rules)
        guard rules.mode == .open, all.contains(where: { $0.card == true }), !all.contains(where: { $0.card == false })
        else { return .none }
        func refused(_ why: String) -> Verdict { .refused("it has no network card, because \(why)") }
        for layer in rules.layers where layer.rules.allow != nil {
            return refused("\(layer.scope) lists what may be reached, which takes the proxy")
        }
        for layer in rules.layers where layer.rules.upstreamProxy != nil {
            return refused("\(layer.scope) names an `upstream_proxy`")
        }
        let limits = all.reduce(NetworkLimits()) { $0.tightened(by: $1.limits) }
        guard limits.requestsPerMinute == nil else { return refused("packets cannot be held to `requests_per_minute`") }
        var denials: [Denial] = []
        for layer in rules.layers {
            for rule in layer.rules.deny {
                guard case .network(let network) = rule.host, rule.methods == nil, rule.paths == nil else {
                    return refused("packets cannot be held to what \(layer.scope) denies: \(rule)")
                }
                // IPv6 is not there at all.
                if !network.address.isIPv6 { denials.append(Denial(network: network.description, ports: rule.ports)) }
            }
        }
        guard denials.count <= mostDenials else { return refused("more than \(mostDenials) addresses are denied") }
        let resolver = all.lazy.compactMap(\.resolver).first
        return .granted(
            CardRules(
                denials: denials, bytesLeft: limits.bytesPerDay.map { Int64(clamping: $0.bytes) },
                connections: limits.connections, resolver: resolver?.description))
    }
}
