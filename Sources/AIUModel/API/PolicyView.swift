/// The policy in force.
package struct PolicyView: Equatable, Sendable, Codable {
    /// With its document. Version 0 is before the first one: nothing is said.
    package var policy: PolicyVersion
    /// Where a person may edit it.
    package var file: String
    /// Why the file is not what is in force, where somebody edited it.
    package var problem: String?

    package init(policy: PolicyVersion, file: String, problem: String? = nil) {
        self.policy = policy
        self.file = file
        self.problem = problem
    }
}
