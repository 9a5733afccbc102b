package import AIUJSON

/// What may be reached. Who is denied something is denied it, whatever allows it.
package struct NetworkRules: PolicySection {
    /// `nil` says nothing about it.
    package var mode: NetworkPolicy?
    /// `nil` says nothing, and then all is allowed that the mode lets through.
    package var allow: [NetworkRule]?
    package var deny: [NetworkRule]
    /// The host's services; `nil` says nothing about them.
    package var services: [HostService]?
    package var upstreamProxy: ProxySettings?
    package var vpnInterface: String?
    /// A network namespace by name, as `ip netns` makes them: instead of an interface.
    package var vpnNamespace: String?
    /// Where the host asks for addresses; `nil`: as `/etc/resolv.conf` says.
    package var resolver: Endpoint?
    package var limits: NetworkLimits
    /// Whether a VM in mode open has a network card; `nil` says nothing, and then it has none.
    package var card: Bool?

    package init(
        mode: NetworkPolicy? = nil, allow: [NetworkRule]? = nil, deny: [NetworkRule] = [],
        services: [HostService]? = nil, upstreamProxy: ProxySettings? = nil, vpnInterface: String? = nil,
        vpnNamespace: String? = nil, resolver: Endpoint? = nil, limits: NetworkLimits = NetworkLimits(),
        card: Bool? = nil
    ) {
        self.mode = mode
        self.allow = allow
        self.deny = deny
        self.services = services
        self.upstreamProxy = upstreamProxy
        self.vpnInterface = vpnInterface
        self.vpnNamespace = vpnNamespace
        self.resolver = resolver
        self.limits = limits
        self.card = card
    }

    /// What a VM's own configuration asks for, as one more layer of rules.
    package init(_ policy: NetworkPolicy, _ options: NetworkOptions) {
        func rules(_ domains: [DomainPattern]) -> [NetworkRule] {
            domains.map { NetworkRule(host: .domain($0)) }
        }
        self.init(
            mode: policy, allow: policy == .allowlist ? rules(options.whitelistDomains) : nil,
            deny: rules(options.blacklistDomains), services: policy == .local || options.allowLocal ? nil : [],
            upstreamProxy: options.proxySettings)
    }

    package var json: JSON {
        var members: [JSON.Member] = []
        if let mode { members.append(.init("mode", .string(mode.rawValue))) }
        if let allow { members.append(.init("allow", .array(allow.map(\.json)))) }
        if !deny.isEmpty { members.append(.init("deny", .array(deny.map(\.json)))) }
        if let services { members.append(.init("services", .array(services.map(\.json)))) }
        if let upstreamProxy { members.append(.init("upstream_proxy", upstreamProxy.json)) }
        if let vpnInterface { members.append(.init("vpn_interface", .string(vpnInterface))) }
        if let vpnNamespace { members.append(.init("vpn_namespace", .string(vpnNamespace))) }
        if let resolver { members.append(.init("resolver", .string(resolver.description))) }
        if let card { members.append(.init("card", .bool(card))) }
        if limits != NetworkLimits() { members.append(.init("limits", limits.json)) }
        return .object(members)
    }
}
