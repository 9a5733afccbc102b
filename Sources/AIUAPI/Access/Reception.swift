internal import AIUDigest
internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// Finds out who asks: by a token, or by the kernel's word at the socket.
final class Reception: Sendable {
    /// How exactly it is kept when a token was used last.
    private static let useInterval: Int64 = 3_600_000

    let access: Access
    let tokens: (any AccessTokenBook)?
    private let log = Log("api")
    private let complaints: ComplaintLog

    init(_ access: Access, _ tokens: (any AccessTokenBook)?) {
        self.access = access
        self.tokens = tokens
        complaints = ComplaintLog(log)
    }

    func caller(of request: Request) async throws(Failure) -> Caller {
        do throws(Failure) {
            guard let authorization = request.headers["authorization"] else { return access.caller(request.peer) }
            return try byToken(authorization, request.peer)
        } catch {
            if error.reason == .unauthenticated {
                complaints.warning("somebody was refused\(request.peer.map { " (user \($0.user))" } ?? ""): \(error)")
            }
            throw error
        }
    }

    /// What an owner has now, which is the most that a token gives.
    func role(of owner: AccountReference) -> (Access.Person, Role?)? {
        guard let user = owner.user else { return nil }
        if !access.isRestricted || access.isAdministrator(user) {
            let person = Access.Person(user: user, name: UserNames.name(of: user), groups: [])
            return (person, access.role(of: person))
        }
        guard let account = UserNames.account(of: user) else { return nil }
        let person = Access.Person(user: user, name: account.name, groups: account.groups)
        return (person, access.role(of: person))
    }

    private func byToken(_ authorization: String, _ peer: PeerCredentials?) throws(Failure) -> Caller {
        let words = authorization.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer", let tokens else {
            throw Failure(.unauthenticated, "this kind of authorization is not known here; give `Bearer` and a token")
        }
        guard let secret = TokenSecret(parsing: String(words[1])) else {
            throw Failure(.unauthenticated, "this is no token of AIU Virtual; `aiu token create` makes one")
        }
        // A digest is compared also where there is no such token: both take as long.
        let found = try tokens.accessToken(secret.id)
        let isRight = ConstantTime.equal(secret.digest, found?.digest ?? String(repeating: "0", count: 64))
        guard isRight, let token = found?.token else {
            throw Failure(.unauthenticated, "this token is not known here; it may have been removed after it expired")
        }
        let now = Timestamp.now.milliseconds
        if token.revoked != nil {
            throw Failure(.unauthenticated, "the token '\(token.name)' was revoked, or expired; make another one")
        }
        guard now < token.expires else {
            // A clock that is put back shall not bring it to life again.
            _ = try tokens.revokeAccessToken(token.id, at: now)
            throw Failure(
                .unauthenticated,
                "the token '\(token.name)' expired on \(Timestamp(milliseconds: token.expires)); make another one")
        }
        guard let (person, most) = role(of: token.owner), let role = Access.least(token.role, most) else {
            throw Failure(
                .unauthenticated,
                "the token '\(token.name)' gives nothing: \(token.owner), whose it is, has no role any more")
        }
        noteUse(of: token, at: now, in: tokens)
        return Caller(
            person, process: peer?.process, role: role,
            token: .init(id: token.id, name: token.name, vms: token.vms.isEmpty ? nil : Set(token.vms)))
    }

    private func noteUse(of token: AccessToken, at now: Int64, in tokens: any AccessTokenBook) {
        guard now - (token.used ?? 0) > Self.useInterval else { return }
        do throws(Failure) {
            try tokens.noteUse(ofAccessToken: token.id, at: now)
        } catch {
            // Only shown; whoever came is let in all the same.
            complaints.warning("it was not noted that the token '\(token.name)' was used: \(error)")
        }
    }
}
