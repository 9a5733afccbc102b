internal import AIUDigest
internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// Finds out who asks: by a token, a client's certificate, a name with a password, or the kernel's word at the socket.
final class Reception: Sendable {
    /// How exactly it is kept when a token was used last.
    private static let useInterval: Int64 = 3_600_000

    let access: Access
    let tokens: (any AccessTokenBook)?
    let logins: (any LoginService)?
    private let attempts = LoginAttempts()
    private let clientUsers: [String: String]
    /// Nobody comes in over the network without one.
    let requiresCertificate: Bool
    private let log = Log("api")
    private let complaints: ComplaintLog

    init(
        _ access: Access, _ tokens: (any AccessTokenBook)?, _ listen: ListenConfiguration? = nil,
        _ logins: (any LoginService)? = nil
    ) {
        self.access = access
        self.tokens = tokens
        self.logins = logins
        clientUsers = listen?.clientUsers ?? [:]
        requiresCertificate = listen?.requiresClientCertificate ?? false
        complaints = ComplaintLog(log)
    }

    func caller(of request: Request) async throws(Failure) -> Caller {
        do throws(Failure) {
            var caller = try await identify(request)
            switch request.origin {
            case .socket(let peer): caller.process = peer.process
            case .network(let address, _): caller.address = address
            case .unknown: break
            }
            return caller
        } catch {
            if error.reason == .unauthenticated {
                complaints.warning("somebody was refused (\(request.origin)): \(error)")
            }
            throw error
        }
    }

    private func identify(_ request: Request) async throws(Failure) -> Caller {
        if let authorization = request.headers["authorization"] {
            let words = authorization.split(separator: " ", maxSplits: 1)
            if words.count == 2, words[0].lowercased() == "basic" {
                return try await byPassword(String(words[1]), request.origin)
            }
            return try await byToken(authorization)
        }
        switch request.origin {
        case .socket(let peer): return access.caller(peer)
        case .unknown: return access.caller(nil)
        case .network(_, let subject?): return try byCertificate(subject)
        case .network(_, nil):
            throw Failure(
                .unauthenticated,
                "over the network you are not known; give a token in $AIU_TOKEN, or a client's certificate"
                    + (logins == nil ? "" : ", or a name and a password"))
        }
    }

    private func byCertificate(_ subject: String) throws(Failure) -> Caller {
        guard let name = clientUsers[subject] else {
            throw Failure(
                .unauthenticated,
                "the certificate of '\(subject)' stands for nobody here; an administrator says for whom in "
                    + "`client_users` of aiud.json")
        }
        guard let account = UserNames.account(named: name) else {
            throw Failure(
                .unauthenticated, "this host has no user '\(name)', for whom the certificate of '\(subject)' stands")
        }
        let person = Access.Person(user: account.user, name: name, groups: account.groups)
        return Caller(person, role: access.role(of: person))
    }

    /// What an owner has now, which is the most that a token gives.
    func role(of owner: AccountReference) async throws(Failure) -> (Access.Person, Role?)? {
        guard let user = owner.user else {
            guard let name = owner.name, let account = try await logins?.account(named: name) else { return nil }
            let person = Access.Person(account)
            return (person, access.role(of: person))
        }
        return access.person(of: user).map { ($0, access.role(of: $0)) }
    }

    private func byPassword(_ text: String, _ origin: Request.Origin) async throws(Failure) -> Caller {
        guard case .network(let address, _) = origin, let logins else {
            throw Failure(
                .unauthenticated,
                "names and passwords are only taken over the network, where `login` in aiud.json says who knows them")
        }
        guard let bytes = Base64.decode(text), let pair = String(validating: bytes, as: UTF8.self),
            let colon = pair.firstIndex(of: ":")
        else { throw Failure(.unauthenticated, "this is no name and password in the form of Basic authentication") }
        let name = String(pair[..<colon])
        // A directory takes capitals for the same name.
        let key = "\(address ?? "")\u{0}\(name.prefix(256).lowercased())"
        guard attempts.mayTry(key) else {
            throw Failure(.unauthenticated, "'\(name.prefix(64))' failed to log in too often; try again in a minute")
        }
        do throws(Failure) {
            let person = Access.Person(
                try await logins.login(name, password: String(pair[pair.index(after: colon)...]), from: address))
            attempts.forget(key)
            return Caller(person, role: access.role(of: person))
        } catch {
            if error.reason == .unauthenticated { attempts.failed(key) }
            throw error
        }
    }

    private func byToken(_ authorization: String) async throws(Failure) -> Caller {
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
        return try await caller(by: token, in: tokens)
    }

    /// Whom a token stands for, if it is good now.
    func caller(by token: AccessToken, in tokens: any AccessTokenBook) async throws(Failure) -> Caller {
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
        guard let (person, most) = try await role(of: token.owner), let role = Access.least(token.role, most) else {
            throw Failure(
                .unauthenticated,
                "the token '\(token.name)' gives nothing: \(token.owner), whose it is, has no role any more")
        }
        noteUse(of: token, at: now, in: tokens)
        return Caller(
            person, role: role,
            token: .init(
                id: token.id, name: token.name, vms: token.vms.isEmpty ? nil : Set(token.vms), project: token.project))
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

extension Access.Person {
    init(_ account: Account) { self.init(user: account.user, name: account.name, groups: account.groups) }
}
