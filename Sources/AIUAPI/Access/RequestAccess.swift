internal import AIUModel
internal import AIUPolicy
internal import AIUSystem
internal import AIUWire

extension Access {
    /// Who is at the socket.
    func caller(_ peer: PeerCredentials?) -> Caller {
        guard let peer else { return Caller(nil, role: role(of: nil)) }
        let person = person(of: peer.user) ?? Person(user: peer.user, name: nil, groups: [])
        return Caller(person, role: role(of: person))
    }

    /// Nil for a number that is nobody's any more. Name and groups are looked up at each request, and groups only where they
    /// decide: a directory service may be slow, and must not lock the administrators out.
    func person(of user: UInt32) -> Person? {
        guard isRestricted, !isAdministrator(user) else {
            return Person(user: user, name: UserNames.name(of: user), groups: [])
        }
        return UserNames.account(of: user).map { Person(user: user, name: $0.name, groups: $0.groups) }
    }
}

extension OperationRequest {
    /// What it takes to ask this of a VM's agent.
    var permission: Permission {
        switch self {
        case .execute, .put: .operate
        case .get: .read
        case .assist(let request): request.permission
        }
    }
}

extension AssistRequest {
    fileprivate var permission: Permission {
        switch self {
        case .prompt, .tool: .operate
        case .tools, .models: .see
        case .conversations(.list), .conversations(.show), .conversations(.search), .conversations(.export),
            .memory(.list):
            .read
        case .conversations(.rename), .conversations(.importing), .conversations(.erase), .conversations(.eraseAll),
            .memory(.add), .memory(.remove), .memory(.clear):
            .operate
        }
    }
}
