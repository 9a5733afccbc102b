package import AIUModel

extension PolicyInForce {
    /// Refuses a configuration that asks for more than the policy allows, where it asks for something else than the former
    /// one did: what was there before the policy is tightened by the host, and need not be written anew for that.
    package func check(_ next: AIUConfig, after former: AIUConfig) throws(Failure) {
        if next.networkPolicy != former.networkPolicy { try checkMode(next.networkPolicy) }
        for domain in next.networkOptions.whitelistDomains
        where !former.networkOptions.whitelistDomains.contains(domain) {
            try checkDomain(domain)
        }
        try checkTokens(next.tokenLimits, former.tokenLimits)
        for tool in next.tools where !former.tools.contains(tool) {
            if let denial = denial(of: tool) { throw tooMuch("tools", "\(denial.words)", denial.scope) }
        }
        for model in next.modelNames.subtracting(former.modelNames).sorted() {
            if let denial = denial(ofModel: model.text) {
                throw tooMuch("custom_parameters.models", denial.words, denial.scope)
            }
        }
    }

    private func checkMode(_ mode: NetworkPolicy) throws(Failure) {
        for layer in layers {
            guard let widest = layer.sections.network?.mode, !widest.includes(mode) else { continue }
            throw tooMuch(
                "network_policy", "allows \(widest.rawValue) at most, which \(mode.rawValue) is not", layer.scope)
        }
    }

    private func checkDomain(_ domain: DomainPattern) throws(Failure) {
        let wanted = HostPattern.domain(domain)
        for layer in layers {
            guard let rules = layer.sections.network else { continue }
            if let allowed = rules.allow,
                !allowed.contains(where: { $0.host.covers(wanted) || wanted.covers($0.host) })
            {
                throw tooMuch("network_options.whitelist_domains", "allows nothing of \(domain)", layer.scope)
            }
            let denied = rules.deny.first {
                $0.host.covers(wanted) && $0.ports == nil && $0.methods == nil && $0.paths == nil
            }
            if let denied {
                throw tooMuch("network_options.whitelist_domains", "denies \(denied.host)", layer.scope)
            }
        }
    }

    private func checkTokens(_ next: TokenLimits, _ former: TokenLimits) throws(Failure) {
        for layer in layers {
            guard let rules = layer.sections.tokens else { continue }
            func check(_ name: String, _ value: Int, _ old: Int?, _ most: Int?) throws(Failure) {
                guard value != old, let most, value > most else { return }
                throw tooMuch("token_limits.\(name)", "allows \(most) at most, not \(value)", layer.scope)
            }
            try check("max_per_query", next.maxPerQuery, former.maxPerQuery, rules.perQuery)
            try check("response_max", next.responseMax, former.responseMax, rules.perResponse)
            try check("session_budget", next.sessionBudget, former.sessionBudget, rules.perSession)
            for (tool, tokens) in next.perTool.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                try check("per_tool.\(tool.rawValue)", tokens, former.perTool[tool], rules.perTool[tool])
            }
        }
    }

    private func tooMuch(_ field: String, _ words: String, _ scope: PolicyScope) -> Failure {
        Failure(
            .denied,
            "`\(field)` asks for more than the policy allows: version \(version), \(scope), \(words); "
                + "`aiu policy explain` tells where")
    }
}
