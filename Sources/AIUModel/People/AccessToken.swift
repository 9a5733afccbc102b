/// Somebody's leave to be taken for themselves elsewhere: everything but its secret.
package struct AccessToken: Equatable, Sendable, Codable {
    /// Public: it is in the secret's text, in the audit and in lists.
    package var id: String
    package var name: String
    /// Whose it is: it never gives more than they have at that moment.
    package var owner: AccountReference
    package var role: Role
    /// The only VMs that it reaches; without any, all that its owner reaches.
    package var vms: [VMName]
    /// Of those only the VMs of this project, as they are when it is shown.
    package var project: String?
    /// Milliseconds since 1970, as below.
    package var created: Int64
    package var expires: Int64
    package var revoked: Int64?
    /// About when it was shown last.
    package var used: Int64?

    package init(
        id: String, name: String, owner: AccountReference, role: Role, vms: [VMName], project: String? = nil,
        created: Int64,
        expires: Int64
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.role = role
        self.vms = vms
        self.project = project
        self.created = created
        self.expires = expires
    }
}

/// Somebody, as they can be found again: on this host by number, elsewhere by name.
package struct AccountReference: Equatable, Sendable, Codable, CustomStringConvertible {
    package var user: UInt32?
    package var name: String?

    package init(user: UInt32?, name: String?) {
        self.user = user
        self.name = name
    }

    /// Users of this host by their number, others by their name.
    package func isSame(as other: AccountReference) -> Bool {
        if let user { return user == other.user }
        return other.user == nil && name != nil && name == other.name
    }

    package var description: String { name ?? user.map { "user \($0)" } ?? "someone unknown" }
}
