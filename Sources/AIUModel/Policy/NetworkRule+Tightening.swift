extension NetworkRule {
    /// Whether everything that `other` allows is allowed by this rule alone.
    func allowsAll(of other: NetworkRule) -> Bool {
        func subset<Part: Equatable>(_ inner: [Part]?, _ outer: [Part]?) -> Bool {
            guard let outer else { return true }
            return inner?.allSatisfy(outer.contains) ?? false
        }
        return host.covers(other.host) && subset(other.allowedPorts, allowedPorts) && subset(other.methods, methods)
            && (paths.map { outer in other.paths?.allSatisfy { path in outer.contains { $0.covers(path) } } ?? false }
                ?? true)
            && other.addresses.allSatisfy { inner in addresses.contains { $0.contains(inner) } } && (raw || !other.raw)
    }

    /// What both rules allow, `nil` when that is nothing.
    func intersection(_ other: NetworkRule) -> NetworkRule? {
        let host: HostPattern
        if self.host.covers(other.host) {
            host = other.host
        } else if other.host.covers(self.host) {
            host = self.host
        } else {
            return nil
        }
        var both = NetworkRule(host: host, raw: raw && other.raw)
        let ports = allowedPorts.filter(other.allowedPorts.contains)
        if self.ports != nil || other.ports != nil { both.ports = ports }
        both.methods = Self.common(methods, other.methods) { $0 == $1 ? $0 : nil }
        both.paths = Self.common(paths, other.paths) { $0.covers($1) ? $1 : $1.covers($0) ? $0 : nil }
        both.addresses =
            Self.common(addresses, other.addresses) { $0.contains($1) ? $1 : $1.contains($0) ? $0 : nil } ?? []
        return ports.isEmpty || both.methods?.isEmpty == true || both.paths?.isEmpty == true ? nil : both
    }

    private static func common<Part: Hashable>(
        _ left: [Part]?, _ right: [Part]?, _ both: (Part, Part) -> Part?
    ) -> [Part]? {
        guard let left, let right else { return left ?? right }
        var seen: Set<Part> = []
        return left.flatMap { one in right.compactMap { both(one, $0) } }.filter { seen.insert($0).inserted }
    }
}
