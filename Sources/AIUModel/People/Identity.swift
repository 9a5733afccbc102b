/// Who somebody is to the supervisor, as it tells them.
package struct Identity: Equatable, Sendable, Codable {
    package var user: UInt32?
    package var name: String?
    package var role: Role?
    package var permissions: [Permission]
    /// The name of the token that they showed.
    package var token: String?

    package init(user: UInt32?, name: String?, role: Role?, token: String? = nil) {
        self.token = token
        self.user = user
        self.name = name
        self.role = role
        permissions = Permission.allCases.filter { role?.permissions.contains($0) == true }
    }
}
