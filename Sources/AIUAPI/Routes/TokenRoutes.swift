internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

extension Routes {
    /// Tokens of people. Everybody with a role makes and revokes their own.
    static let tokens: [Route] = [
        Route(
            method: .get, template: "/v1/access-tokens", identifier: "listTokens", permission: .see,
            summary: "Your tokens, the newest first; those of all for an administrator.",
            answer: .json(200, .array(of: .reference("AccessToken")))
        ) { request, context async throws(Failure) in
            try .value(try book(context).accessTokens().filter { isYours($0, request.caller) })
        },
        Route(
            method: .post, template: "/v1/access-tokens", identifier: "createToken", permission: .see,
            summary: "Makes a token that stands for you; its secret is in this answer only.",
            body: .json("CreateAccessToken", optional: false), answer: .json(201, .reference("NewAccessToken")),
            refusals: [.invalid, .denied, .conflict]
        ) { request, context async throws(Failure) in
            let wanted = try request.decode(CreateAccessToken.self)
            let caller = request.caller
            guard VMName(wanted.name) != nil else {
                throw Failure(.invalid, "'\(wanted.name)' is not a token's name: a name is \(VMName.rule)")
            }
            guard caller.token == nil else {
                throw Failure(
                    .denied, "a token makes no tokens, or revoking it would not end them; make it as yourself")
            }
            guard let person = caller.person, Access.least(wanted.role, caller.role) == wanted.role else {
                throw Failure(
                    .denied,
                    "\(caller) has \(caller.role.map { "the role \($0.rawValue)" } ?? "no role"), which cannot give \(wanted.role.rawValue)"
                )
            }
            let now = Timestamp.now.milliseconds
            let secret = TokenSecret.make()
            let token = AccessToken(
                id: secret.id, name: wanted.name, owner: AccountReference(user: person.user, name: person.name),
                role: wanted.role, vms: Array(Set(wanted.vms ?? [])).sorted(), project: wanted.project,
                created: now,
                expires: now + (wanted.expiresMilliseconds ?? CreateAccessToken.defaultLife))
            try book(context).insert(token, digest: secret.digest)
            return try .value(NewAccessToken(token: token, secret: secret.text), status: 201)
        },
        Route(
            method: .delete, template: "/v1/access-tokens/{token}", identifier: "revokeToken", permission: .see,
            summary: "Ends a token, by its identifier or name; of others' only an administrator.", answer: .none(204),
            refusals: [.notFound, .conflict]
        ) { request, context async throws(Failure) in
            let text = request.path["token"] ?? ""
            let book = try book(context)
            let found = try book.accessTokens().filter {
                ($0.id == text || $0.name == text) && isYours($0, request.caller)
            }
            guard let token = found.first(where: { $0.revoked == nil }) else {
                throw Failure(
                    .notFound,
                    found.isEmpty
                        ? "there is no token '\(text)' of yours; `aiu token ls` shows them"
                        : "'\(text)' is revoked already")
            }
            _ = try book.revokeAccessToken(token.id, at: Timestamp.now.milliseconds)
            return .empty
        },
    ]

    private static func book(_ context: Route.Context) throws(Failure) -> any AccessTokenBook {
        guard let book = context.reception.tokens else { throw Failure(.unsupported, "tokens are not kept here") }
        return book
    }

    private static func isYours(_ token: AccessToken, _ caller: Caller) -> Bool {
        if caller.role == .admin { return true }
        guard let person = caller.person else { return false }
        return token.owner.isSame(as: AccountReference(user: person.user, name: person.name))
    }
}
