package import AIUJSON

/// What one scope of a policy says. A section that is left out adds nothing to those of the outer scopes.
package struct PolicySections: PolicySection {
    package static let fields = ["network", "tokens", "resources", "models", "tools", "confirmations", "audit"]

    package var network: NetworkRules?
    package var tokens: TokenRules?
    package var resources: ResourceQuota?
    package var models: ModelRules?
    package var tools: ToolRules?
    /// Tools that run only after a person has agreed.
    package var confirmations: [ToolName]?
    package var audit: AuditRules?

    package init(
        network: NetworkRules? = nil, tokens: TokenRules? = nil, resources: ResourceQuota? = nil,
        models: ModelRules? = nil, tools: ToolRules? = nil, confirmations: [ToolName]? = nil, audit: AuditRules? = nil
    ) {
        self.network = network
        self.tokens = tokens
        self.resources = resources
        self.models = models
        self.tools = tools
        self.confirmations = confirmations
        self.audit = audit
    }

    package init(_ node: JSONNode) throws(PolicyProblem) {
        try self.init(try PolicyObject(node, fields: Self.fields))
    }

    /// From an object that may have other fields too, which its reader knows.
    init(_ object: PolicyObject) throws(PolicyProblem) {
        network = try object.read("network", NetworkRules.init)
        tokens = try object.read("tokens", TokenRules.init)
        resources = try object.read("resources", ResourceQuota.init)
        models = try object.read("models", ModelRules.init)
        tools = try object.read("tools", ToolRules.init)
        confirmations = try object.list("confirmations", ToolRules.tool)
        audit = try object.read("audit", AuditRules.init)
    }

    package func check(within outer: PolicySections) throws(PolicyProblem) {
        try Self.check("network", network, outer.network)
        try Self.check("tokens", tokens, outer.tokens)
        try Self.check("resources", resources, outer.resources)
        try Self.check("models", models, outer.models)
        try Self.check("tools", tools, outer.tools)
        try Self.check("audit", audit, outer.audit)
    }

    private static func check<Section: PolicySection>(
        _ name: String, _ inner: Section?, _ outer: Section?
    ) throws(PolicyProblem) {
        guard let inner, let outer else { return }
        do throws(PolicyProblem) {
            try inner.check(within: outer)
        } catch {
            throw error.inside(name)
        }
    }

    package func tightened(by inner: PolicySections) -> PolicySections {
        PolicySections(
            network: Self.tightened(network, inner.network), tokens: Self.tightened(tokens, inner.tokens),
            resources: Self.tightened(resources, inner.resources), models: Self.tightened(models, inner.models),
            tools: Self.tightened(tools, inner.tools),
            confirmations: confirmations.map { outer in
                outer + (inner.confirmations ?? []).filter { !outer.contains($0) }
            } ?? inner.confirmations,
            audit: Self.tightened(audit, inner.audit))
    }

    private static func tightened<Section: PolicySection>(_ outer: Section?, _ inner: Section?) -> Section? {
        guard let outer, let inner else { return outer ?? inner }
        return outer.tightened(by: inner)
    }

    package var json: JSON {
        let members: [JSON.Member?] = [
            network.map { JSON.Member("network", $0.json) },
            tokens.map { JSON.Member("tokens", $0.json) },
            resources.map { JSON.Member("resources", $0.json) },
            models.map { JSON.Member("models", $0.json) },
            tools.map { JSON.Member("tools", $0.json) },
            confirmations.map { JSON.Member("confirmations", .array($0.map { .string($0.rawValue) })) },
            audit.map { JSON.Member("audit", $0.json) },
        ]
        return .object(members.compactMap(\.self))
    }

    package func requiresConfirmation(_ tool: ToolName) -> Bool { confirmations?.contains(tool) == true }
}
