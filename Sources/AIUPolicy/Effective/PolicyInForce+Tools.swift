package import AIUModel

/// A scope that stands against something, and which of its fields does.
package struct PolicyVerdict: Equatable, Sendable {
    package let scope: PolicyScope
    package let field: [String]
    package let words: String
}

extension PolicyInForce {
    /// What the first scope says that denies a tool; `nil` where none does.
    package func denial(of tool: ToolName) -> PolicyVerdict? {
        denial("tool", tool.rawValue) { sections in
            sections.tools.flatMap { $0.allows(tool) ? nil : $0.deny.contains(tool) }
        }
    }

    package func check(tool: ToolName) throws(Failure) {
        if let denial = denial(of: tool) { throw refusal(denial, "tool \(tool.rawValue)") }
    }

    /// The scope that wants a person asked before a tool runs.
    package func confirmation(of tool: ToolName) -> PolicyScope? {
        layers.first { $0.sections.requiresConfirmation(tool) }?.scope
    }

    /// What the first scope says that denies a model; `nil` where none does.
    package func denial(ofModel model: String) -> PolicyVerdict? {
        denial("model", model) { sections in
            sections.models.flatMap { rules in
                rules.allows(model) ? nil : rules.deny.contains { $0.matches(model) }
            }
        }
    }

    /// `isNamed` says of sections that stand against it whether they name it.
    private func denial(
        _ kind: String, _ name: String, _ isNamed: (PolicySections) -> Bool?
    ) -> PolicyVerdict? {
        for layer in layers {
            guard let isNamed = isNamed(layer.sections) else { continue }
            return PolicyVerdict(
                scope: layer.scope, field: ["\(kind)s", isNamed ? "deny" : "allow"],
                words: isNamed
                    ? "denies the \(kind) \(name)"
                    : "does not have the \(kind) \(name) among those that it allows")
        }
        return nil
    }

    package func check(model: String) throws(Failure) {
        if let denial = denial(ofModel: model) { throw refusal(denial, "model \(model)") }
    }

    private func refusal(_ verdict: PolicyVerdict, _ question: String) -> Failure {
        Failure(
            .denied,
            "the policy (version \(version), \(verdict.scope)) \(verdict.words); "
                + "`aiu policy explain --\(question)` tells where")
    }
}
