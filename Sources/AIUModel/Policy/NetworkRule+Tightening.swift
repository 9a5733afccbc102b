extension NetworkRule {
    /// Whether everything that `other` allows is allowed by this rule alone. What the rule of an inner scope does not say
    /// (ports, private addresses) it takes from the outer one.
    package func allowsAll(of other: NetworkRule, inner: Bool) -> Bool {
        func subset<Part: Equatable>(_ inner: [Part]?, _ outer: [Part]?) -> Bool {
            guard let outer else { return true }
            return inner?.allSatisfy(outer.contains) ?? false
        }
        guard host.covers(other.host), subset(other.methods, methods) else { return false }
        if other.ports != nil || !inner {
            guard subset(other.allowedPorts, allowedPorts), raw || !other.raw else { return false }
        }
        if let paths {
            guard let narrower = other.paths, narrower.allSatisfy({ path in paths.contains { $0.covers(path) } }) else {
                return false
            }
        }
        return other.addresses.allSatisfy { inner in addresses.contains { $0.contains(inner) } }
    }

    /// What both rules allow, `nil` when that is nothing. `inner` is of the narrower scope.
    func intersection(_ inner: NetworkRule) -> NetworkRule? {
        var both = NetworkRule(host: host, ports: ports)
        if host.covers(inner.host) {
            both.host = inner.host
        } else if !inner.host.covers(host) {
            return nil
        }
        if let named = inner.ports { both.ports = allowedPorts.filter(named.contains) }
        both.methods = Self.common(methods, inner.methods) { $0 == $1 ? $0 : nil }
        both.paths = Self.common(paths, inner.paths) { $0.covers($1) ? $1 : $1.covers($0) ? $0 : nil }
        both.addresses = addresses
        if !inner.addresses.isEmpty {
            let narrowed = Self.common(addresses, inner.addresses) { $0.contains($1) ? $1 : $1.contains($0) ? $0 : nil }
            both.addresses = narrowed ?? []
        }
        both.raw = raw && (inner.raw || inner.ports == nil)
        let isNothing = both.ports?.isEmpty == true || both.methods?.isEmpty == true || both.paths?.isEmpty == true
        return isNothing ? nil : both
    }

    private static func common<Part: Hashable>(
        _ left: [Part]?, _ right: [Part]?, _ both: (Part, Part) -> Part?
    ) -> [Part]? {
        guard let left, let right else { return left ?? right }
        var seen: Set<Part> = []
        return left.flatMap { one in right.compactMap { both(one, $0) } }.filter { seen.insert($0).inserted }
    }
}
