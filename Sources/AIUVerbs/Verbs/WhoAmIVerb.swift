internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu whoami`.
struct WhoAmIVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        try session.limitWaits()
        let identity: Identity = try session.client.value(Calls.whoAmI)
        try session.answer(
            try JSON(encoding: identity), names: { [identity.role?.rawValue ?? "none"] }, table: { Self.text(identity) }
        )
        return 0
    }

    private static func text(_ identity: Identity) -> String {
        var who = identity.name ?? identity.user.map { "user \($0)" } ?? "someone unknown"
        if let token = identity.token { who += " by the token '\(token)'" }
        guard let role = identity.role else {
            return SafeText.line("\(who) has no role here; an administrator gives them in aiud.json") + "\n"
        }
        let may = identity.permissions.map(\.rawValue).joined(separator: ", ")
        return SafeText.line("\(who) has the role \(role.rawValue): \(may)") + "\n"
    }
}
