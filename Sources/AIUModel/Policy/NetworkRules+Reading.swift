package import AIUJSON

extension NetworkRules {
    package static let fields = [
        "mode", "allow", "deny", "services", "upstream_proxy", "vpn_interface", "vpn_namespace", "resolver",
        "limits", "card",
    ]
    private static let ruleFields = ["host", "ports", "methods", "paths", "addresses", "raw"]
    private static let longestPart = 64

    package init(_ node: JSONNode) throws(PolicyProblem) {
        self = try Self.accepted(node)
        try refuseNonsense()
    }

    /// Rules that were accepted before: each is read as strictly, but they are not compared with each other, which takes
    /// long where there are many.
    static func accepted(_ node: JSONNode) throws(PolicyProblem) -> NetworkRules {
        let object = try PolicyObject(node, fields: Self.fields)
        return NetworkRules(
            mode: try object.choice("mode"), allow: try object.list("allow", Self.rule),
            deny: try object.list("deny", Self.denial) ?? [],
            services: try object.list("services", atMost: Self.longestPart, Self.service),
            upstreamProxy: try object.read("upstream_proxy", Self.proxy),
            vpnInterface: try object.read("vpn_interface", Self.interface),
            vpnNamespace: try object.read("vpn_namespace", Self.namespace),
            resolver: try object.read("resolver", Self.resolver),
            limits: try object.read("limits", Self.limits) ?? NetworkLimits(), card: try object.read("card", Self.flag))
    }

    /// Rules that can never hold, or that another one makes pointless, are not what somebody meant.
    private func refuseNonsense() throws(PolicyProblem) {
        for (index, rule) in (allow ?? []).enumerated() {
            let place = JSONPath([.member("allow"), .element(index)])
            if let other = deny.first(where: { $0.deniesAll(of: rule) }) {
                throw PolicyProblem(at: place, "can never hold, because \(other) is denied; remove one of them")
            }
            let wider = allow?.indices.first { $0 != index && allow?[$0].allowsAll(of: rule, inner: false) == true }
            if let wider {
                throw PolicyProblem(at: place, "adds nothing to the rule at [\(wider)]; remove one of them")
            }
        }
        if let vpnInterface, vpnNamespace != nil {
            throw PolicyProblem(
                at: JSONPath([.member("vpn_namespace")]),
                "contradicts `vpn_interface` \(vpnInterface): a VM goes out by one of them; remove the other")
        }
        let names = (services ?? []).map(\.name)
        for (index, name) in names.enumerated() where names.firstIndex(of: name) != index {
            throw PolicyProblem(
                at: JSONPath([.member("services"), .element(index)]), "there is already a service named \(name)")
        }
    }

    package static func rule(_ node: JSONNode) throws(PolicyProblem) -> NetworkRule {
        let object = try PolicyObject(node, fields: ruleFields)
        let rule = NetworkRule(
            host: try object.required("host", host), ports: try object.list("ports", atMost: longestPart, port),
            methods: try object.list("methods", atMost: longestPart, method),
            paths: try object.list("paths", atMost: longestPart, path),
            addresses: try object.list("addresses", atMost: longestPart, network) ?? [],
            raw: try object.read("raw", Self.flag) ?? false)
        for (name, isEmpty) in [
            ("ports", rule.ports?.isEmpty), ("methods", rule.methods?.isEmpty), ("paths", rule.paths?.isEmpty),
        ] where isEmpty == true {
            throw PolicyProblem(at: JSONPath([.member(name)]), "is empty, so the rule can never hold; leave it out")
        }
        if rule.raw, rule.readsRequests {
            throw PolicyProblem(node, "a rule for any protocol cannot tell methods or paths; leave out `raw`")
        }
        return rule
    }

    private static func denial(_ node: JSONNode) throws(PolicyProblem) -> NetworkRule {
        let rule = try rule(node)
        guard rule.addresses.isEmpty, !rule.raw else {
            throw PolicyProblem(node, "`addresses` and `raw` are for rules that allow")
        }
        return rule
    }

    private static func flag(_ node: JSONNode) throws(PolicyProblem) -> Bool {
        if case .bool(let value) = node.value { return value }
        throw PolicyProblem(node, "must be true or false, not \(node.summary)")
    }

    package static func host(_ node: JSONNode) throws(PolicyProblem) -> HostPattern {
        if case .string(let text) = node.value, let host = HostPattern(parsing: text) { return host }
        throw PolicyProblem(
            node,
            "must be a domain such as \"api.example.org\", \"*.example.org\" or \"*\", or an address such as "
                + "\"192.0.2.7\" or \"10.0.0.0/8\", not \(node.summary)")
    }

    private static func port(_ node: JSONNode) throws(PolicyProblem) -> UInt16 {
        UInt16(try PolicyObject.number(node, 1...65535))
    }

    private static func method(_ node: JSONNode) throws(PolicyProblem) -> String {
        if case .string(let text) = node.value, (1...32).contains(text.utf8.count), text != "CONNECT",
            text.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == 0x2D })
        {
            return text
        }
        throw PolicyProblem(node, "must be a method in capitals such as \"GET\", not \(node.summary)")
    }

    private static func path(_ node: JSONNode) throws(PolicyProblem) -> PathPattern {
        if case .string(let text) = node.value, let path = PathPattern(parsing: text) { return path }
        throw PolicyProblem(
            node, "must be a path such as \"/v1/models\", or its beginning as \"/v1/*\", not \(node.summary)")
    }

    private static func network(_ node: JSONNode) throws(PolicyProblem) -> IPNetwork {
        if case .string(let text) = node.value, let network = IPNetwork(parsing: text) { return network }
        throw PolicyProblem(node, "must be an address or a network such as \"10.1.0.0/16\", not \(node.summary)")
    }

    private static func service(_ node: JSONNode) throws(PolicyProblem) -> HostService {
        let object = try PolicyObject(node, fields: ["name", "address", "port"])
        return HostService(
            name: try object.required("name", serviceName), address: try object.required("address", address),
            port: try object.required("port", port))
    }

    private static func serviceName(_ node: JSONNode) throws(PolicyProblem) -> String {
        if case .string(let text) = node.value, DomainPattern.isLabel(text[...]), text == text.lowercased() {
            return text
        }
        throw PolicyProblem(
            node, "must be a name of lower-case letters, digits and hyphens such as \"wiki\", not \(node.summary)")
    }

    private static func address(_ node: JSONNode) throws(PolicyProblem) -> IPAddress {
        if case .string(let text) = node.value, let address = IPAddress(parsing: text) { return address }
        throw PolicyProblem(node, "must be an address such as \"127.0.0.1\", not \(node.summary)")
    }

    private static func proxy(_ node: JSONNode) throws(PolicyProblem) -> ProxySettings {
        if case .string = node.value { return ProxySettings(url: try proxyURL(node)) }
        let object = try PolicyObject(node, fields: ["url", "no_proxy"])
        return ProxySettings(
            url: try object.required("url", proxyURL),
            noProxy: try object.list("no_proxy") { (node: JSONNode) throws(PolicyProblem) in
                if case .domain(let pattern) = try host(node) { return pattern }
                throw PolicyProblem(node, "must be a domain such as \"*.example.org\", not \(node.summary)")
            } ?? [])
    }

    private static func proxyURL(_ node: JSONNode) throws(PolicyProblem) -> String {
        if case .string(let text) = node.value, ProxySettings.isValid(text) { return text }
        throw PolicyProblem(
            node, "must be scheme, host and port such as \"http://proxy.example.org:3128\", not \(node.summary)")
    }

    private static func interface(_ node: JSONNode) throws(PolicyProblem) -> String {
        if case .string(let text) = node.value, (1...15).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
        {
            return text
        }
        throw PolicyProblem(node, "must be the name of a network interface such as \"wg0\", not \(node.summary)")
    }

    private static func namespace(_ node: JSONNode) throws(PolicyProblem) -> String {
        if case .string(let text) = node.value, NetworkNamespace.isName(text) { return text }
        throw PolicyProblem(
            node, "must be the name of a network namespace such as \"vpn\", as `ip netns` shows it, not \(node.summary)"
        )
    }

    private static func resolver(_ node: JSONNode) throws(PolicyProblem) -> Endpoint {
        if case .string(let text) = node.value, let endpoint = Endpoint(parsing: text, usualPort: 53) {
            return endpoint
        }
        throw PolicyProblem(
            node, "must be an address such as \"192.0.2.53\" or \"192.0.2.53:5353\", not \(node.summary)")
    }

    private static func limits(_ node: JSONNode) throws(PolicyProblem) -> NetworkLimits {
        let object = try PolicyObject(node, fields: ["requests_per_minute", "bytes_per_day", "connections"])
        return NetworkLimits(
            requestsPerMinute: try object.number("requests_per_minute", 0...1_000_000_000),
            bytesPerDay: try object.size("bytes_per_day"), connections: try object.number("connections", 0...4096))
    }
}
