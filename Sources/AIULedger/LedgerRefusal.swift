package import AIUModel

/// Why tokens are not granted, in words for the person who asked.
package enum LedgerRefusal: Error, Equatable, Sendable {
    /// Not even the prompt and one token fit.
    case short(TokenAccount, needed: Int)
    /// A limit of a single request.
    case limit(String, Int, prompt: Int)
    /// The name belongs to a request with other content.
    case otherContent(RequestID)
    case unknown(RequestID)
    case hasEnded(RequestID)
    case invalid(String)

    package var failure: Failure {
        switch self {
        case .short(let account, let needed):
            let moment = account.startsAfresh.map { "; it starts afresh \($0)" } ?? ""
            let running = account.reserved > 0 ? ", \(account.reserved) are reserved for requests that run" : ""
            return Failure(
                .exhausted,
                "the token budget '\(account.budget)' of \(account.owner) (policy of \(account.scope)) is used up: "
                    + "\(account.left) of \(account.tokens + account.carried + account.granted) tokens are left"
                    + "\(running), and this needs at least \(needed)\(moment); `aiu tokens show` shows it, and an "
                    + "administrator can give more with `aiu tokens grant`")
        case .limit(let name, let tokens, let prompt):
            return Failure(
                .denied,
                "\(name) allows \(tokens) tokens, and the prompt alone has \(prompt): no answer would fit; "
                    + "make the prompt shorter, or see `aiu tokens show`")
        case .otherContent(let id):
            return Failure(
                .conflict, "there was another request named '\(id)' before; every request needs a name of its own")
        case .unknown(let id): return Failure(.notFound, "the ledger knows no request '\(id)'")
        case .hasEnded(let id): return Failure(.conflict, "the request '\(id)' has ended; nothing more is let through")
        case .invalid(let why): return Failure(.invalid, why)
        }
    }
}
