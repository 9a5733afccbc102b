/// A secret as everybody may see it: never its value.
package struct SecretSummary: Codable, Equatable, Sendable {
    package var name: String
    package var hosts: [String]
    /// What the guest writes in its place.
    package var placeholder: String

    package init(name: String, hosts: [String], placeholder: String) {
        self.name = name
        self.hosts = hosts
        self.placeholder = placeholder
    }
}
