package import AIUJSON

/// All rules for one VM: a request must pass every layer.
package struct EgressRules: Equatable, Sendable {
    /// What one scope says, and its name for explanations: `host`, `project web`, `configuration`.
    package struct Layer: Equatable, Sendable {
        /// The scope of what the VM's own configuration asks for.
        package static let configuration = "configuration"

        package var scope: String
        package var rules: NetworkRules

        package init(scope: String, rules: NetworkRules) {
            self.scope = scope
            self.rules = rules
        }
    }

    /// Comes back in `EgressReport.applied`.
    package var sequence: Int64
    /// Stands in every decision.
    package var policyVersion: Int64
    /// The widest scope first.
    package var layers: [Layer]

    package init(sequence: Int64, policyVersion: Int64, layers: [Layer]) {
        self.sequence = sequence
        self.policyVersion = policyVersion
        self.layers = layers
    }

    package var json: JSON {
        [
            "sequence": .integer(sequence), "policyVersion": .integer(policyVersion),
            "layers": .array(layers.map { ["scope": .string($0.scope), "rules": $0.rules.json] }),
        ]
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: ["sequence", "policyVersion", "layers"])
        sequence = Int64(try object.number("sequence", 0...Int.max) ?? 0)
        policyVersion = Int64(try object.number("policyVersion", 0...Int.max) ?? 0)
        layers = try object.list("layers", atMost: 16, Self.layer) ?? []
    }

    private static func layer(_ node: JSONNode) throws(PolicyProblem) -> Layer {
        let object = try PolicyObject(node, fields: ["scope", "rules"])
        return Layer(
            scope: try object.text("scope", atMost: 512) ?? "",
            rules: try object.required("rules") { (node: JSONNode) throws(PolicyProblem) in
                try NetworkRules.accepted(node)
            })
    }
}
