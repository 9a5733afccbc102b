/// A secret as everybody may see it: never its value.
package struct SecretSummary: Codable, Equatable, Sendable {
    package var name: String
    package var hosts: [String]
    /// What the guest writes in its place.
    package var placeholder: String
    /// The only VMs that may use it, with those of `projects`; nil of both for all. One that is gone for good by its identifier.
    package var vms: [String]?
    package var projects: [String]?

    package init(
        name: String, hosts: [String], placeholder: String, vms: [String]? = nil, projects: [String]? = nil
    ) {
        self.name = name
        self.hosts = hosts
        self.placeholder = placeholder
        self.vms = vms
        self.projects = projects
    }

    /// Its VMs by their identifiers.
    package init(_ secret: EgressSecret) {
        let scope = secret.scope
        self.init(
            name: secret.name, hosts: secret.hosts.map(\.description), placeholder: secret.placeholder,
            vms: scope.isEverything ? nil : scope.vms.map(\.text), projects: scope.isEverything ? nil : scope.projects)
    }
}
