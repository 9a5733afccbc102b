package import AIUModel

/// The proxy that a VM's configuration names. Whoever writes a configuration may be allowed less than the policy's authors:
/// through it a VM reaches nothing that the policy does not let it reach.
extension NetworkFilter {
    /// Without its own configuration; none where no scope says what may be reached.
    static func policy(_ rules: EgressRules) -> [NetworkFilter] {
        var outer = rules
        outer.layers.removeAll { $0.scope == EgressRules.Layer.configuration }
        guard outer.layers.contains(where: { $0.rules.mode != nil || $0.rules.allow != nil || !$0.rules.deny.isEmpty })
        else { return [] }
        // What says only what is denied leaves the rest open.
        outer.layers.append(EgressRules.Layer(scope: "policy", rules: NetworkRules(mode: .open)))
        return [NetworkFilter(outer)]
    }

    /// Whether only the VM's own configuration names the proxy.
    package var isProxyOwn: Bool { policy != nil }

    /// Why the proxy at an address is not asked; nil when it is.
    package func refusal(ofProxy host: EgressHost, port: UInt16, at address: IPAddress) -> NetworkReason? {
        guard let policy else { return nil }
        func refused(_ why: String) -> NetworkReason {
            NetworkReason(
                scope: EgressRules.Layer.configuration,
                rule: "its proxy \(host):\(port) \(why); an administrator can name one in the policy")
        }
        guard let outer = policy.first else {
            let kind = AddressClass(address)
            return [.public, .private, .shared].contains(kind) ? nil : refused("is at \(address) (\(kind.rawValue))")
        }
        switch outer.connection(host, port: port) {
        case .denied(let reason): return refused("is denied by \(reason)")
        case .dependsOnRequest(let grant): return refused("is not allowed for everything by \(grant.reason)")
        case .allowed(let grant):
            return outer.refusal(of: address, port: port, under: grant).map { refused("is denied by \($0)") }
        }
    }
}
