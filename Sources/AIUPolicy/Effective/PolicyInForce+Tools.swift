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
        for layer in layers {
            guard let rules = layer.sections.tools, !rules.allows(tool) else { continue }
            return rules.deny.contains(tool)
                ? PolicyVerdict(
                    scope: layer.scope, field: ["tools", "deny"], words: "denies the tool \(tool.rawValue)")
                : PolicyVerdict(
                    scope: layer.scope, field: ["tools", "allow"],
                    words: "does not have the tool \(tool.rawValue) among those that it allows")
        }
        return nil
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
        for layer in layers {
            guard let rules = layer.sections.models, !rules.allows(model) else { continue }
            return rules.deny.contains { $0.matches(model) }
                ? PolicyVerdict(scope: layer.scope, field: ["models", "deny"], words: "denies the model \(model)")
                : PolicyVerdict(
                    scope: layer.scope, field: ["models", "allow"],
                    words: "does not have the model \(model) among those that it allows")
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
