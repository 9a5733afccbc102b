package import AIUModel

/// Somebody who asks for something: who they are, and what they may do at this moment.
package struct Caller: Sendable, CustomStringConvertible {
    package var person: Access.Person?
    package var process: Int32?
    package var role: Role?

    package init(_ person: Access.Person? = nil, process: Int32? = nil, role: Role? = nil) {
        self.person = person
        self.process = process
        self.role = role
    }

    package var actor: AuditActor {
        AuditActor(user: person?.user, name: person?.name, process: process, role: role)
    }

    /// Whom the policy is asked about.
    package func subject(vm: VMName? = nil) -> PolicySubject {
        PolicySubject(user: person?.user, name: person?.name, groups: person?.groups ?? [], vm: vm)
    }

    /// Refuses with what is missing, and who can give it.
    package func check(_ permission: Permission?, for action: String) throws(Failure) {
        guard let permission else { return }
        if role?.permissions.contains(permission) == true { return }
        let needed = Role.allCases.filter { $0.permissions.contains(permission) }.map(\.rawValue)
        throw Failure(
            .denied,
            "\(action) needs the role \(needed.joined(separator: " or ")); \(self) has "
                + "\(role.map { "the role \($0.rawValue)" } ?? "none"), and an administrator gives roles in aiud.json")
    }

    package var description: String {
        person.flatMap { $0.name ?? $0.user.map { "user \($0)" } } ?? "someone unknown"
    }
}
