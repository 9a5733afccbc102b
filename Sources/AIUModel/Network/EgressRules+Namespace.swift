extension EgressRules {
    /// The narrowest mode of all layers; nothing where none has one.
    package var mode: NetworkPolicy {
        layers.compactMap(\.rules.mode).reduce(nil as NetworkPolicy?) { $0?.narrowed(by: $1) ?? $1 } ?? .isolated
    }

    /// The network namespace that everything of the VM goes out from; nil: the host's own.
    package var namespace: String? {
        mode == .vpn ? layers.lazy.compactMap(\.rules.vpnNamespace).first : nil
    }
}
