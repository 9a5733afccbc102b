internal import AIUModel
internal import AIUPolicy

/// Something that goes on for somebody: what it takes to have it, to be looked at again while it does.
struct RunningRequest: Sendable {
    let caller: Caller
    let permission: Permission?
    let reach: Caller.Reach
    let action: String
    var audited: AuditedRequest?

    /// Whether somebody who is now like this may still have it.
    func check(_ now: Caller) throws(Failure) { try now.check(permission, for: action, reaching: reach) }
}

extension Caller {
    /// The same for all requests of one identity.
    var key: String {
        if let token { return "token \(token.id)" }
        return person?.user.map { "user \($0)" } ?? person?.name.map { "name \($0)" } ?? ""
    }
}
