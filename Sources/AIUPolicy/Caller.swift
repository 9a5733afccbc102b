package import AIUModel

/// Somebody who asks for something: who they are, and what they may do at this moment.
package struct Caller: Sendable, CustomStringConvertible {
    /// What somebody showed instead of coming themselves.
    package struct Token: Sendable {
        package var id: String
        package var name: String
        /// The only VMs that it reaches; nil for all.
        package var vms: Set<VMName>?
        /// Only those of this project.
        package var project: String?

        package init(id: String, name: String, vms: Set<VMName>?, project: String? = nil) {
            self.id = id
            self.name = name
            self.vms = vms
            self.project = project
        }
    }

    /// What something is done to.
    package enum Reach: Equatable, Sendable {
        /// A VM, as it is named.
        case vm(String)
        /// What shows to each caller what they reach.
        case own
        /// More than a VM.
        case host
    }

    package var person: Access.Person?
    package var process: Int32?
    package var address: String?
    package var role: Role?
    package var token: Token?

    package init(
        _ person: Access.Person? = nil, process: Int32? = nil, address: String? = nil, role: Role? = nil,
        token: Token? = nil
    ) {
        self.person = person
        self.process = process
        self.address = address
        self.role = role
        self.token = token
    }

    package var actor: AuditActor {
        AuditActor(
            user: person?.user, name: person?.name, process: process, address: address, role: role, token: token?.id)
    }

    /// Whom the policy is asked about.
    package func subject(vm: VMName? = nil) -> PolicySubject {
        PolicySubject(user: person?.user, name: person?.name, groups: person?.groups ?? [], vm: vm)
    }

    /// Refuses with what is missing, and who can give it.
    package func check(
        _ permission: Permission?, for action: String, reaching reach: Reach = .host
    ) throws(Failure) {
        guard let permission else { return }
        try check(reach, for: action)
        if role?.permissions.contains(permission) == true { return }
        let needed = Role.allCases.filter { $0.permissions.contains(permission) }.map(\.rawValue)
        throw Failure(
            .denied,
            "\(action) needs the role \(needed.joined(separator: " or ")); \(self) has "
                + "\(role.map { "the role \($0.rawValue)" } ?? "none"), and an administrator gives roles in aiud.json")
    }

    /// Whether a VM is among those that are reached.
    package func reaches(_ vm: VMName) -> Bool { token?.vms?.contains(vm) ?? true }

    private func check(_ reach: Reach, for action: String) throws(Failure) {
        guard let token, let vms = token.vms else { return }
        switch reach {
        case .own: return
        case .vm(let name): if vms.contains(where: { $0.text == name }) { return }
        case .host: break
        }
        let names = vms.isEmpty ? "none now" : vms.sorted().map(\.text).joined(separator: ", ")
        throw Failure(.denied, "\(action) is not for the token '\(token.name)', which reaches only the VMs: \(names)")
    }

    package var description: String {
        person.flatMap { $0.name ?? $0.user.map { "user \($0)" } } ?? "someone unknown"
    }
}
