/// What a new token shall give.
package struct CreateAccessToken: Equatable, Sendable, Codable {
    package static let mostVMs = 64
    package static let defaultLife: Int64 = 30 * 86_400_000
    /// From a minute to ten years.
    package static let lives: ClosedRange<Int64> = 60_000...(3653 * 86_400_000)

    package var name: String
    package var role: Role
    package var vms: [VMName]?
    /// Only the VMs of this project of the policy.
    package var project: String?
    package var expiresMilliseconds: Int64?

    package init(
        name: String, role: Role, vms: [VMName]? = nil, project: String? = nil, expiresMilliseconds: Int64? = nil
    ) {
        self.name = name
        self.role = role
        self.vms = vms
        self.project = project
        self.expiresMilliseconds = expiresMilliseconds
    }
}

/// A token that was just made, with its secret, which is told this once.
package struct NewAccessToken: Sendable, Codable {
    package var token: AccessToken
    package var secret: String

    package init(token: AccessToken, secret: String) {
        self.token = token
        self.secret = secret
    }
}
