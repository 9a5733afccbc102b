internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// `aiu token create`, `ls` and `revoke`.
struct TokenVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func create() throws -> Int32 {
        let arguments = session.arguments
        let lives = CreateAccessToken.lives
        let life = try arguments.duration(
            "expires", in: .milliseconds(lives.lowerBound)...(.milliseconds(lives.upperBound)))
        let vms = try arguments.options("vm").map(session.vmName)
        try session.limitWaits()
        let made: NewAccessToken = try session.client.value(
            try Calls.createToken(
                CreateAccessToken(
                    name: try arguments.required("name"),
                    role: arguments.option("role").flatMap { Role(rawValue: $0) } ?? .viewer,
                    vms: vms.isEmpty ? nil : vms, project: arguments.option("project"),
                    expiresMilliseconds: Session.milliseconds(life).map { Int64($0) })))
        try session.answer(
            try JSON(encoding: made), names: { [made.secret] },
            table: {
                "\(made.secret)\n"
                    + "The token '\(made.token.name)' is shown this once; it is good until "
                    + "\(Timestamp(milliseconds: made.token.expires)).\n"
            })
        return 0
    }

    func list() throws -> Int32 {
        try session.limitWaits()
        let tokens: [AccessToken] = try session.client.value(Calls.tokens)
        try session.answer(
            try JSON(encoding: tokens), names: { tokens.map(\.name) },
            table: {
                var table = Table(
                    [
                        .init("NAME"), .init("OWNER"), .init("ROLE"), .init("VMS", mayShrink: true), .init("UNTIL"),
                        .init("USED"),
                    ], style: session.style)
                let now = Timestamp.now.milliseconds
                for token in tokens {
                    table.add([
                        token.name, "\(token.owner)", token.role.rawValue,
                        Self.reach(of: token),
                        Self.end(of: token, now), token.used.map { "\(Timestamp(milliseconds: $0))" } ?? "never",
                    ])
                }
                return tokens.isEmpty ? "no tokens; `aiu token create` makes one\n" : table.render(width: session.width)
            })
        return 0
    }

    func revoke() throws -> Int32 {
        try session.limitWaits()
        for name in session.arguments.arguments("name") {
            _ = try session.client.bytes(Calls.revokeToken(name))
            if session.isChatty { try session.write("revoked \(name)\n") }
        }
        return 0
    }

    private static func reach(of token: AccessToken) -> String {
        let names = token.vms.map(\.text)
        guard let project = token.project else { return names.isEmpty ? "all" : names.joined(separator: " ") }
        return "\(names.isEmpty ? "all" : names.joined(separator: " ")) in \(project)"
    }

    private static func end(of token: AccessToken, _ now: Int64) -> String {
        if token.revoked != nil { return "revoked" }
        return token.expires <= now ? "expired" : "\(Timestamp(milliseconds: token.expires))"
    }
}
