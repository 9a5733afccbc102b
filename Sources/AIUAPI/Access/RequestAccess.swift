internal import AIUModel
internal import AIUPolicy
internal import AIUSystem
internal import AIUWire

extension Access {
    /// Who is at the socket. Name and groups are looked up at each request, and only where they decide: a directory service may be
    /// slow, and must not lock the administrators out.
    func caller(_ peer: PeerCredentials?) -> Caller {
        guard let peer else { return Caller(nil, role: role(of: nil)) }
        guard isRestricted, !isAdministrator(peer.user) else {
            let person = Person(user: peer.user, name: UserNames.name(of: peer.user), groups: [])
            return Caller(person, role: role(of: person))
        }
        let account = UserNames.account(of: peer.user)
        let person = Person(user: peer.user, name: account?.name, groups: account?.groups ?? [])
        return Caller(person, role: role(of: person))
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
