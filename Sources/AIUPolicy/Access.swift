package import AIUModel

/// Decides who may do what.
package struct Access: Sendable {
    /// Somebody as the host knows them.
    package struct Person: Sendable {
        /// On this host; nil for somebody whom only a directory knows.
        package var user: UInt32?
        package var name: String?
        package var groups: [String]

        package init(user: UInt32?, name: String?, groups: [String]) {
            self.user = user
            self.name = name
            self.groups = groups
        }
    }

    /// From the most to the least: who is named twice has the first.
    private static let order: [Role] = [.admin, .operator, .auditor, .viewer]

    private let assignments: RoleAssignments?
    private let administrators: Set<UInt32>

    /// Without assignments everybody who can reach the supervisor is its administrator. `administrators` always are, so that
    /// nobody can lock them out.
    package init(_ assignments: RoleAssignments?, administrators: Set<UInt32>) {
        self.assignments = assignments
        self.administrators = administrators
    }

    /// What a token gives: never more than its owner has. Of two roles of which none holds the other, what both hold.
    package static func least(_ role: Role, _ owner: Role?) -> Role? {
        guard let owner else { return nil }
        if role.permissions.isSubset(of: owner.permissions) { return role }
        if owner.permissions.isSubset(of: role.permissions) { return owner }
        return .viewer
    }

    /// Whether roles are given at all.
    package var isRestricted: Bool { assignments != nil }

    package func isAdministrator(_ user: UInt32) -> Bool { administrators.contains(user) }

    package func role(of person: Person?) -> Role? {
        guard let assignments else { return .admin }
        guard let person else { return nil }
        if let user = person.user, administrators.contains(user) { return .admin }
        // A directory may hold a user who is called like another one's number, or like a group.
        let name = person.name.flatMap { $0.hasPrefix("@") || UInt64($0) != nil ? nil : $0 }
        let names = Set([person.user.map { "\($0)" }, name].compactMap { $0 } + person.groups.map { "@\($0)" })
        return Self.order.first { !names.isDisjoint(with: assignments.members[$0] ?? []) }
    }
}
