/// For whom tokens are used: who asked, and what answers.
package struct TokenSubject: Hashable, Sendable, Codable {
    package var user: UInt32?
    package var name: String?
    package var project: String?
    package var vm: VMName?
    /// Budgets of a VM follow it through a change of its name.
    package var vmID: VMID?
    /// What the client calls its conversation: for people who read the history, and for nothing that is counted.
    package var session: String?

    package init(
        user: UInt32? = nil, name: String? = nil, project: String? = nil, vm: VMName? = nil,
        vmID: VMID? = nil,
        session: String? = nil
    ) {
        self.user = user
        self.name = name
        self.project = project
        self.vm = vm
        self.vmID = vmID
        self.session = session
    }
}
