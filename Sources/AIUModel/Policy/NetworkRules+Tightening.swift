import AIUJSON

extension NetworkRules {
    package func check(within outer: NetworkRules) throws(PolicyProblem) {
        if let mode, let wide = outer.mode, !wide.includes(mode) {
            throw PolicyProblem(
                at: JSONPath([.member("mode")]),
                "is \(mode.rawValue), which is not within the \(wide.rawValue) of an outer scope")
        }
        for (index, rule) in (allow ?? []).enumerated() {
            let place = JSONPath([.member("allow"), .element(index)])
            if let allowed = outer.allow, !allowed.contains(where: { $0.allowsAll(of: rule, inner: true) }) {
                throw PolicyProblem(at: place, "allows \(rule), which no rule of an outer scope allows")
            }
            if let denial = outer.deny.first(where: { $0.deniesAll(of: rule) }) {
                throw PolicyProblem(at: place, "allows \(rule), but \(denial) is denied in an outer scope")
            }
        }
        for (index, service) in (services ?? []).enumerated() {
            guard let known = outer.services, !known.contains(service) else { continue }
            throw PolicyProblem(
                at: JSONPath([.member("services"), .element(index)]), "\(service) is no service of an outer scope")
        }
        func same<Value: Equatable>(_ name: String, _ inner: Value?, _ outer: Value?) throws(PolicyProblem) {
            guard let inner, let outer, inner != outer else { return }
            throw PolicyProblem(at: JSONPath([.member(name)]), "is not what an outer scope says; leave it out")
        }
        try same("upstream_proxy", upstreamProxy, outer.upstreamProxy)
        try same("vpn_interface", vpnInterface, outer.vpnInterface)
        try same("vpn_namespace", vpnNamespace, outer.vpnNamespace)
        for (name, inner, outer, other) in [
            ("vpn_namespace", vpnNamespace, outer.vpnInterface, "vpn_interface"),
            ("vpn_interface", vpnInterface, outer.vpnNamespace, "vpn_namespace"),
        ] {
            guard inner != nil, let outer else { continue }
            throw PolicyProblem(
                at: JSONPath([.member(name)]), "contradicts the `\(other)` \(outer) of an outer scope; leave it out")
        }
        try same("resolver", resolver, outer.resolver)
        if card == true, outer.card == false {
            throw PolicyProblem(at: JSONPath([.member("card")]), "is true, but an outer scope says false")
        }
        if let (name, message) = outer.limits.widening(by: limits) {
            throw PolicyProblem(at: JSONPath([.member("limits"), .member(name)]), message)
        }
    }

    package func tightened(by inner: NetworkRules) -> NetworkRules {
        var both = NetworkRules()
        both.mode = mode.map { outer in inner.mode.map(outer.narrowed) ?? outer } ?? inner.mode
        both.allow = allow ?? inner.allow
        if let outer = allow, let more = inner.allow {
            var rules: [NetworkRule] = []
            for rule in outer.flatMap({ one in more.compactMap(one.intersection) }) where !rules.contains(rule) {
                rules.append(rule)
            }
            both.allow = rules
        }
        // One asks for a list and the other for a tunnel, and nobody gives a list: nothing is on it.
        if both.allow == nil, both.mode == .vpn, mode == .allowlist || inner.mode == .allowlist { both.allow = [] }
        both.deny = deny + inner.deny.filter { !deny.contains($0) }
        both.services = services ?? inner.services
        if let outer = services, let more = inner.services { both.services = outer.filter(more.contains) }
        both.upstreamProxy = upstreamProxy ?? inner.upstreamProxy
        both.vpnInterface = vpnInterface ?? inner.vpnInterface
        both.vpnNamespace = vpnNamespace ?? inner.vpnNamespace
        both.resolver = resolver ?? inner.resolver
        both.card = card.map { $0 && inner.card != false } ?? inner.card
        both.limits = limits.tightened(by: inner.limits)
        return both
    }
}

extension NetworkPolicy {
    /// Whether `other` reaches nothing that this does not.
    package func includes(_ other: NetworkPolicy) -> Bool {
        switch self {
        case .isolated: other == .isolated
        case .local: other == .isolated || other == .local
        case .allowlist: other == .isolated || other == .local || other == .allowlist
        case .vpn: other == .isolated || other == .local || other == .vpn
        case .open: true
        }
    }

    /// Where neither includes the other, a list and a tunnel, both hold: the tunnel, with the list.
    package func narrowed(by other: NetworkPolicy) -> NetworkPolicy {
        includes(other) ? other : other.includes(self) ? self : .vpn
    }
}

extension NetworkRule {
    /// Whether this denial leaves nothing of what `other` allows.
    func deniesAll(of other: NetworkRule) -> Bool {
        guard host.covers(other.host) || (host == .any) else { return false }
        let portsDenied = ports.map { denied in other.allowedPorts.allSatisfy(denied.contains) } ?? true
        let methodsDenied = methods.map { denied in other.methods?.allSatisfy(denied.contains) ?? false } ?? true
        let pathsDenied =
            paths.map { denied in
                other.paths?.allSatisfy { path in denied.contains { $0.covers(path) } }
                    ?? denied.contains { $0.description == "/*" }
            } ?? true
        return portsDenied && methodsDenied && pathsDenied
    }
}
