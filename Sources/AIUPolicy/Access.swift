package import AIUModel

/// Decides who may do what.
package struct Access: Sendable {
    /// Somebody as the host knows them.
    package struct Person: Sendable {
        package var user: UInt32
        package var name: String?
        package var groups: [String]

        package init(user: UInt32, name: String?, groups: [String]) {
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

    /// Whether roles are given at all.
    package var isRestricted: Bool { assignments != nil }

    package func isAdministrator(_ user: UInt32) -> Bool { administrators.contains(user) }

    package func role(of person: Person?) -> Role? {
        guard let assignments else { return .admin }
        guard let person else { return nil }
        if administrators.contains(person.user) { return .admin }
        // A directory may hold a user who is called like another one's number, or like a group.
        let name = person.name.flatMap { $0.hasPrefix("@") || UInt64($0) != nil ? nil : $0 }
        let names = Set(["\(person.user)"] + [name].compactMap { $0 } + person.groups.map { "@\($0)" })
        return Self.order.first { !names.isDisjoint(with: assignments.members[$0] ?? []) }
    }

    /// Refuses with what is missing, and who can give it.
    package func check(_ permission: Permission?, for action: String, of person: Person?) throws(Failure) {
        guard let permission else { return }
        let role = role(of: person)
        if role?.permissions.contains(permission) == true { return }
        let needed = Role.allCases.filter { $0.permissions.contains(permission) }.map(\.rawValue)
        let who = person.map { $0.name ?? "user \($0.user)" } ?? "someone unknown"
        throw Failure(
            .denied,
            "\(action) needs the role \(needed.joined(separator: " or ")); \(who) has "
                + "\(role.map { "the role \($0.rawValue)" } ?? "none"), and an administrator gives roles in aiud.json")
    }
}
