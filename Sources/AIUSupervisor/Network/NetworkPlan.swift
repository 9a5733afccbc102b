internal import AIUModel

/// What a VM may reach: the policy's scopes, the widest first, and its own configuration inside of them.
struct NetworkPlan: Equatable {
    let policyVersion: Int64
    let layers: [EgressRules.Layer]

    init(_ configuration: AIUConfig, within policy: PolicyInForce) {
        policyVersion = policy.version
        let outer = policy.layers.compactMap { layer in
            layer.sections.network.map { EgressRules.Layer(scope: layer.scope.description, rules: $0) }
        }
        let own = NetworkRules(configuration.networkPolicy, configuration.networkOptions)
        layers = outer + [EgressRules.Layer(scope: EgressRules.Layer.configuration, rules: own)]
    }

    /// The narrowest of all.
    var mode: NetworkPolicy { rules(0).mode }

    var limits: NetworkLimits { layers.reduce(NetworkLimits()) { $0.tightened(by: $1.rules.limits) } }

    func rules(_ sequence: Int64) -> EgressRules {
        EgressRules(sequence: sequence, policyVersion: policyVersion, layers: layers)
    }
}
