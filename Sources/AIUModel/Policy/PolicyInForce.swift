/// What holds for a user and a VM.
package struct PolicyInForce: Equatable, Sendable {
    package var version: Int64
    /// All that applies, the widest first; budgets and quotas are counted in each of them.
    package var layers: [PolicyLayer]
    /// All of them combined.
    package var sections: PolicySections
    /// Why it is not known what holds; then nothing is allowed.
    package var problem: String?

    package init(version: Int64, layers: [PolicyLayer], sections: PolicySections, problem: String? = nil) {
        self.version = version
        self.layers = layers
        self.sections = sections
        self.problem = problem
    }
}
