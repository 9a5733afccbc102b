/// A secret that the host puts into requests to these hosts.
package struct SetSecret: Codable, Equatable, Sendable, CustomStringConvertible {
    package var hosts: [String]
    package var value: String
    /// The only VMs that may use it, with those of `projects`; nil of both for all.
    package var vms: [String]?
    package var projects: [String]?

    package init(hosts: [String], value: String, vms: [String]? = nil, projects: [String]? = nil) {
        self.hosts = hosts
        self.value = value
        self.vms = vms
        self.projects = projects
    }

    /// Never the value.
    package var description: String { "a secret for \(hosts.joined(separator: ", ")): •••" }
}
