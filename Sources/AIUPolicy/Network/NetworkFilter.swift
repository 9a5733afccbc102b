package import AIUModel

/// All rules for one VM, made ready to decide. Pure: no clock, no file, no network.
package struct NetworkFilter: Sendable {
    /// A scope's rules, compiled.
    private struct Layer: Sendable {
        let scope: String
        let mode: NetworkPolicy?
        let deny: RuleIndex
        let allow: RuleIndex?
        let services: [String: HostService]?
    }

    /// What is known of a request when it is decided.
    private enum Question {
        case name
        case connection
        case request(method: String, path: Result<String, RequestPath.Fault>)
    }

    /// How a rule answers a question.
    private enum Match {
        case yes
        case dependsOnRequest
        case fault(RequestPath.Fault)
    }

    package let policyVersion: Int64
    package let sequence: Int64
    /// The narrowest of all scopes'.
    package let mode: NetworkPolicy
    package let limits: NetworkLimits
    package let upstreamProxy: ProxySettings?
    /// What the policy alone says, where the proxy is one that only the VM's own configuration names.
    let policy: [NetworkFilter]?
    package let vpnInterface: String?
    package let vpnNamespace: String?
    package let resolver: Endpoint?
    private let layers: [Layer]
    private let modeReason: NetworkReason
    private let readsPaths: Bool

    package init(_ rules: EgressRules) {
        policyVersion = rules.policyVersion
        sequence = rules.sequence
        layers = rules.layers.map { layer in
            let services = layer.rules.services.map { services in
                Dictionary(services.map { ($0.host, $0) }, uniquingKeysWith: { first, _ in first })
            }
            return Layer(
                scope: layer.scope, mode: layer.rules.mode, deny: RuleIndex(layer.rules.deny),
                allow: layer.rules.allow.map { RuleIndex($0) }, services: services)
        }
        readsPaths = rules.layers.contains { layer in
            (layer.rules.deny + (layer.rules.allow ?? [])).contains { $0.paths != nil }
        }
        // A VM of which nobody said what it may reach reaches nothing.
        var mode: NetworkPolicy?
        var reason = NetworkReason(scope: "nobody", rule: "no scope says what may be reached")
        for layer in layers {
            guard let next = layer.mode else { continue }
            let narrower = mode.map { $0.narrowed(by: next) } ?? next
            if narrower != mode { reason = NetworkReason(scope: layer.scope, rule: "mode \(next.rawValue)") }
            mode = narrower
        }
        self.mode = mode ?? .isolated
        modeReason = reason
        limits = rules.layers.reduce(NetworkLimits()) { $0.tightened(by: $1.rules.limits) }
        let proxyLayer = rules.layers.first { $0.rules.upstreamProxy != nil }
        upstreamProxy = proxyLayer?.rules.upstreamProxy
        policy = proxyLayer?.scope == EgressRules.Layer.configuration ? Self.policy(rules) : nil
        vpnInterface = rules.layers.lazy.compactMap(\.rules.vpnInterface).first
        vpnNamespace = rules.layers.lazy.compactMap(\.rules.vpnNamespace).first
        resolver = rules.layers.lazy.compactMap(\.rules.resolver).first
    }

    /// Whether a name may be asked for at all, whatever is then done with it.
    package func name(_ host: EgressHost) -> NetworkVerdict { decide(host, port: nil, .name) }

    /// A connection, before anything was said on it.
    package func connection(_ host: EgressHost, port: UInt16) -> NetworkVerdict {
        decide(host, port: port, .connection)
    }

    /// One request; `path` is without its query.
    package func request(
        _ host: EgressHost, port: UInt16, method: String, path: some Sequence<UInt8>
    ) -> NetworkVerdict {
        // Most rules look at no path, and then it need not have one spelling.
        let read: Result<String, RequestPath.Fault> =
            readsPaths ? Result { () throws(RequestPath.Fault) in try RequestPath(path).text } : .success("")
        return decide(host, port: port, .request(method: method, path: read))
    }

    /// Why an address that a name leads to is not for the VM; nil when it is. `port`: where it is connected to.
    package func refusal(
        of address: IPAddress, port: UInt16? = nil, under grant: NetworkGrant
    ) -> NetworkReason? {
        for layer in layers {
            let denial = layer.deny.first(address: address) { rule in
                let isThere = rule.ports.map { ports in port.map(ports.contains) ?? false } ?? true
                return isThere && !rule.readsRequests
                    ? NetworkReason(scope: layer.scope, rule: "deny \(rule)") : nil
            }
            if let denial { return denial }
        }
        if grant.endpoint?.address == address { return nil }
        let kind = AddressClass(address)
        guard kind != .public, !grant.addresses.contains(where: { AddressClass.isMeant(address, by: $0) }) else {
            return nil
        }
        return NetworkReason(
            scope: grant.reason.scope,
            rule: "its address \(address) is not public (\(kind.rawValue)) and not among the rule's `addresses`")
    }

    private func decide(_ host: EgressHost, port: UInt16?, _ question: Question) -> NetworkVerdict {
        guard mode != .isolated else { return .denied(modeReason) }
        var depends = false
        for layer in layers {
            switch denial(layer, host, port, question) {
            case .denied(let reason): return .denied(reason)
            case .dependsOnRequest: depends = true
            case .allowed: break
            }
        }
        if case .name(let name) = host, name.hasSuffix(HostService.suffix) {
            // Its address is the host's, and would be another one's in there.
            guard mode != .vpn || vpnNamespace == nil else {
                return .denied(
                    NetworkReason(
                        scope: modeReason.scope, rule: "mode vpn by `vpn_namespace`, where the host's services are not")
                )
            }
            return service(name, port, depends)
        }
        guard mode != .local else { return .denied(modeReason) }
        if let reason = vpnProblem { return .denied(reason) }
        return listed(host, port, question, depends)
    }

    /// There is exactly one way out in mode vpn, or none.
    private var vpnProblem: NetworkReason? {
        guard mode == .vpn else { return nil }
        switch (vpnInterface, vpnNamespace) {
        case (nil, nil):
            return NetworkReason(
                scope: modeReason.scope, rule: "mode vpn, but neither `vpn_interface` nor `vpn_namespace` is given")
        case (_?, _?):
            return NetworkReason(
                scope: modeReason.scope, rule: "mode vpn, but `vpn_interface` and `vpn_namespace` contradict each other"
            )
        case (_?, nil), (nil, _?): return nil
        }
    }

    /// Only what denies, or what might.
    private func denial(
        _ layer: Layer, _ host: EgressHost, _ port: UInt16?, _ question: Question
    ) -> NetworkVerdict {
        var depends = false
        func judge(_ rule: NetworkRule) -> NetworkReason? {
            // A name is asked for before the port is known.
            if let ports = rule.ports {
                guard let port, ports.contains(port) else { return nil }
            }
            switch match(rule, question) {
            case .yes: return NetworkReason(scope: layer.scope, rule: "deny \(rule)")
            case .dependsOnRequest: depends = true
            case .fault(let fault): return NetworkReason(scope: layer.scope, rule: "deny \(rule): \(fault.rawValue)")
            case nil: break
            }
            return nil
        }
        var reason = layer.deny.first(host: host, judge)
        if reason == nil, case .address = host { reason = layer.deny.firstOfAll(judge) }
        if let reason { return .denied(reason) }
        let grant = NetworkGrant(reason: NetworkReason(scope: layer.scope, rule: ""))
        return depends ? .dependsOnRequest(grant) : .allowed(grant)
    }

    private func service(_ name: String, _ port: UInt16?, _ depends: Bool) -> NetworkVerdict {
        var found: (scope: String, service: HostService)?
        for layer in layers {
            guard let services = layer.services else { continue }
            guard let service = services[name], found == nil || found?.service == service else {
                return .denied(NetworkReason(scope: layer.scope, rule: "\(name) is not among the services"))
            }
            found = found ?? (layer.scope, service)
        }
        guard let (scope, service) = found else {
            return .denied(NetworkReason(scope: "nobody", rule: "there is no service \(name)"))
        }
        // Reached as a web server is, or by its own port.
        guard port == nil || port == 80 || port == service.port else {
            return .denied(NetworkReason(scope: scope, rule: "service \(service) has no other ports"))
        }
        var grant = NetworkGrant(reason: NetworkReason(scope: scope, rule: "service \(service)"))
        grant.endpoint = Endpoint(service.address, service.port)
        grant.raw = port != 80
        grant.isService = true
        return depends ? .dependsOnRequest(grant) : .allowed(grant)
    }

    /// By the lists of allowed hosts: each layer that has one must allow it.
    private func listed(
        _ host: EgressHost, _ port: UInt16?, _ question: Question, _ deniedSometimes: Bool
    ) -> NetworkVerdict {
        var grant: NetworkGrant?
        var depends = deniedSometimes
        var isMeant = false
        for layer in layers {
            guard let allow = layer.allow else { continue }
            var conditional: NetworkRule?
            var fault: RequestPath.Fault?
            let outermost = grant == nil
            let sure = allow.first(host: host) { rule -> NetworkRule? in
                // An inner scope that names no ports means those of the outer ones.
                let ports = outermost ? rule.allowedPorts : rule.ports
                if let port, let ports, !ports.contains(port) { return nil }
                switch match(rule, question) {
                case .yes: return rule
                case .dependsOnRequest: conditional = conditional ?? rule
                case .fault(let why): fault = why
                case nil: break
                }
                return nil
            }
            guard let rule = sure ?? conditional else {
                return .denied(NetworkReason(scope: layer.scope, rule: unlisted(allow, host, port, question, fault)))
            }
            depends = depends || sure == nil
            if case .address(let address) = host, case .network(let network) = rule.host {
                isMeant = isMeant || AddressClass.isMeant(address, by: network)
            }
            var next = grant ?? NetworkGrant(reason: NetworkReason(scope: layer.scope, rule: "allow \(rule)"))
            next.raw = outermost ? rule.raw : next.raw && (rule.raw || rule.ports == nil)
            if outermost {
                next.addresses = rule.addresses
            } else if !rule.addresses.isEmpty {
                next.addresses = next.addresses.flatMap { outer in
                    rule.addresses.compactMap { $0.contains(outer) ? outer : outer.contains($0) ? $0 : nil }
                }
            }
            grant = next
        }
        if case .address(let address) = host {
            guard grant != nil else {
                return .denied(NetworkReason(scope: modeReason.scope, rule: "no rule names the address \(address)"))
            }
            guard isMeant else {
                let rule =
                    "\(address) is not public (\(AddressClass(address).rawValue)); only a rule for such ones allows it"
                return .denied(NetworkReason(scope: grant?.reason.scope ?? modeReason.scope, rule: rule))
            }
            grant?.endpoint = port.map { Endpoint(address, $0) }
        }
        guard let grant else {
            if let layer = layers.first(where: { $0.mode == .allowlist }) {
                return .denied(NetworkReason(scope: layer.scope, rule: "mode allowlist, but no scope has a list"))
            }
            var all = NetworkGrant(reason: modeReason)
            all.raw = true
            return depends ? .dependsOnRequest(all) : .allowed(all)
        }
        return depends ? .dependsOnRequest(grant) : .allowed(grant)
    }

    private func match(_ rule: NetworkRule, _ question: Question) -> Match? {
        guard rule.readsRequests else { return .yes }
        guard case .request(let method, let path) = question else { return .dependsOnRequest }
        if let methods = rule.methods, !methods.contains(method) { return nil }
        guard let paths = rule.paths else { return .yes }
        switch path {
        case .success(let path): return paths.contains { $0.matches(path) } ? .yes : nil
        case .failure(let fault): return .fault(fault)
        }
    }

    /// Why no rule of a list holds: the nearest one, and what it lacks.
    private func unlisted(
        _ allow: RuleIndex, _ host: EgressHost, _ port: UInt16?, _ question: Question, _ fault: RequestPath.Fault?
    ) -> String {
        guard let nearest = allow.first(host: host, { $0 }) else { return "\(host) is not among the allowed hosts" }
        if let fault { return "allow \(nearest): \(fault.rawValue)" }
        if let port, !nearest.allowedPorts.contains(port) { return "allow \(nearest): not to port \(port)" }
        guard case .request(let method, _) = question else { return "allow \(nearest): not like this" }
        if let methods = nearest.methods, !methods.contains(method) { return "allow \(nearest): not by \(method)" }
        return "allow \(nearest): not this path"
    }
}
