internal import AIUModel
internal import AIUPolicy

extension Reception {
    /// Somebody who was let in, as they are now. Throws when they would not be let in any more, or nobody can say.
    func renewed(_ caller: Caller) async throws(Failure) -> Caller {
        var now = caller
        if let shown = caller.token {
            guard let tokens, let token = try tokens.accessToken(shown.id)?.token else {
                throw Failure(.unauthenticated, "the token '\(shown.name)' is not known here any more")
            }
            now = try await self.caller(by: token, in: tokens)
            (now.process, now.address) = (caller.process, caller.address)
            return now
        }
        guard let person = caller.person else {
            now.role = access.role(of: nil)
            return now
        }
        if let user = person.user {
            now.person = access.person(of: user) ?? Access.Person(user: user, name: nil, groups: [])
            now.role = access.role(of: now.person)
            return now
        }
        guard let found = try await role(of: AccountReference(user: nil, name: person.name)) else {
            throw Failure(.unauthenticated, "nobody knows \(caller) any more")
        }
        (now.person, now.role) = found
        return now
    }
}
