/// What one scope of a policy says. A section that is left out adds nothing to those of the outer scopes.
package struct PolicySections: Equatable, Sendable {
    package var resources: ResourceQuota?
    package var models: ModelRules?
    package var tools: ToolRules?
    /// Tools that run only after a person has agreed.
    package var confirmations: [ToolName]?
    package var audit: AuditRules?

    package init(
        resources: ResourceQuota? = nil, models: ModelRules? = nil, tools: ToolRules? = nil,
        confirmations: [ToolName]? = nil, audit: AuditRules? = nil
    ) {
        self.resources = resources
        self.models = models
        self.tools = tools
        self.confirmations = confirmations
        self.audit = audit
    }
}
