/// A model as the API and the command line show it.
package struct ModelView: Equatable, Sendable, Codable {
    package var record: ModelRecord
    /// What it is the default for.
    package var roles: [ModelRole]
    /// VMs whose configurations name it, also deleted ones that can be recovered, and those that run with it.
    package var vms: [VMName]

    package init(record: ModelRecord, roles: [ModelRole] = [], vms: [VMName] = []) {
        self.record = record
        self.roles = roles
        self.vms = vms
    }
}
