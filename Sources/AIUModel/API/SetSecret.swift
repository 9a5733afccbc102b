/// A secret that the host puts into requests to these hosts.
package struct SetSecret: Codable, Equatable, Sendable, CustomStringConvertible {
    package var hosts: [String]
    package var value: String

    package init(hosts: [String], value: String) {
        self.hosts = hosts
        self.value = value
    }

    /// Never the value.
    package var description: String { "a secret for \(hosts.joined(separator: ", ")): •••" }
}
