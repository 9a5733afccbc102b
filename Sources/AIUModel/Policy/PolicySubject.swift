/// Whom and what a question about the policy is about.
package struct PolicySubject: Hashable, Sendable, Codable {
    package var user: UInt32?
    package var name: String?
    package var groups: [String]
    package var vm: VMName?
    /// The VM's own project, where it is known already; without it the policy looks the VM up.
    package var project: String?

    package init(
        user: UInt32? = nil, name: String? = nil, groups: [String] = [], vm: VMName? = nil, project: String? = nil
    ) {
        self.user = user
        self.name = name
        self.groups = groups
        self.vm = vm
        self.project = project
    }
}
