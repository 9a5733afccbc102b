package import AIUModel

/// All accounts that matter and all running requests: decides, and says what to write down. Does no input or output.
package struct LedgerState: Hashable, Sendable {
    package private(set) var accounts: [String: AccountState] = [:]
    package private(set) var running: [RequestID: RequestState] = [:]
    package private(set) var changes = LedgerChanges()
    /// Tokens of an answer that are leased at a time.
    package let piece: Int
    /// How long a request may go without a lease before it is taken for forgotten, in milliseconds.
    package let patience: Int64

    package init(piece: Int = 64, patience: Int64 = 3_600_000) {
        self.piece = piece
        self.patience = patience
    }

    // MARK: What was written down

    /// Accounts have to be known before a request that is counted in them comes.
    package mutating func load(_ account: AccountState) {
        var account = account
        account.reserved = running.values.reduce(0) { sum, request in
            let counts = request.charges.contains { $0.account == account.key && $0.epoch == account.epoch }
            return counts ? sum + request.reserved : sum
        }
        accounts[account.key] = account
    }

    /// A request that was running when the last process ended.
    package mutating func load(_ request: RequestState) {
        running[request.id] = request
        for charge in request.charges where accounts[charge.account]?.epoch == charge.epoch {
            accounts[charge.account]?.reserved += request.reserved
        }
    }

    /// What happened since the last time, to be written down as a whole.
    package mutating func takeChanges() -> LedgerChanges {
        defer { changes = LedgerChanges() }
        return changes
    }

    // MARK: Requests

    /// `cell` is where the answer's tokens will be counted.
    package mutating func reserve(
        _ request: TokenRequest, cell: CellID, now: Int64
    ) throws(LedgerRefusal) -> RequestState {
        if let earlier = running[request.id] {
            guard earlier.isSame(as: request) else { throw .otherContent(request.id) }
            return earlier
        }
        try Self.check(request)
        var (allowed, limit) = try Self.allowedByLimits(request)
        let keys = request.budgets.map(\.account)
        var touched: [AccountState] = []
        for applied in request.budgets {
            let account = current(applied, policy: request.policy, now: now)
            if account.left < request.promptTokens + 1 {
                // Windows that have begun, and what was told already, are kept also when nothing is granted.
                for account in touched { store(account) }
                throw .short(refusing(account), needed: request.promptTokens + 1)
            }
            if account.left - request.promptTokens < allowed {
                allowed = account.left - request.promptTokens
                let moment = account.startsAfresh.map { "it starts afresh \($0), and " } ?? ""
                limit =
                    "the token budget '\(account.budget.name)' of \(account.owner) (policy of \(account.scope)) had "
                    + "\(account.left) of \(account.cap) tokens left for it; \(moment)an administrator can give more with "
                    + "`aiu tokens grant`"
            }
            touched.append(account)
        }
        let state = RequestState(
            id: request.id, subject: request.subject, policy: request.policy, tool: request.tool,
            promptTokens: request.promptTokens, responseMax: request.responseMax, time: now, allowed: allowed,
            limit: limit, charges: zip(keys, touched).map { .init(account: $0, epoch: $1.epoch) }, cell: cell,
            leased: min(piece, allowed), expires: now + patience, ending: nil)
        for var account in touched {
            account.reserved += state.reserved
            store(account)
        }
        running[state.id] = state
        changes.requests.insert(state.id)
        return state
    }

    /// Lets a request's next tokens be let through.
    package mutating func lease(_ id: RequestID, now: Int64) throws(LedgerRefusal) -> Int {
        guard var request = running[id] else { throw .unknown(id) }
        request.expires = now + patience
        guard request.leased < request.allowed else { return request.leased }
        request.leased = min(request.allowed, request.leased + piece)
        running[id] = request
        changes.requests.insert(id)
        return request.leased
    }

    /// Charges what was let through, never more than was leased, and gives the rest back to every account.
    @discardableResult
    package mutating func settle(
        _ id: RequestID, delivered: Int, _ end: TokenEnd, now: Int64
    ) throws(LedgerRefusal) -> RequestState {
        guard var request = running.removeValue(forKey: id) else { throw .unknown(id) }
        let answer = end == .powerLost ? request.leased : min(max(0, delivered), request.leased)
        let charged = end == .unsent && answer == 0 ? 0 : request.promptTokens + answer
        request.ending = .init(end: end, time: now, charged: charged)
        for charge in request.charges {
            guard var account = accounts[charge.account] else { continue }
            account.roll(to: now)
            account.settle(reserved: request.reserved, charged: charged, epoch: charge.epoch)
            for kind in account.news() { changes.news.append(TokenNews(kind, account.view)) }
            changes.accounts.insert(account.key)
            accounts[account.key] = account
            if charged > 0 {
                let day = LedgerChanges.Spent(account: account.key, day: BudgetWindow.day.start(of: now))
                changes.spent[day, default: 0] += charged
            }
        }
        changes.requests.remove(id)
        changes.ended[id] = request
        return request
    }

    /// The requests that nobody ended in time.
    package func expired(_ now: Int64) -> [RequestID] {
        running.values.filter { $0.expires <= now }.map(\.id).sorted { $0.text < $1.text }
    }

    // MARK: Accounts

    package mutating func grant(
        _ tokens: Int, to applied: AppliedBudget, policy: Int64, now: Int64
    ) throws(LedgerRefusal) -> AccountState {
        guard TokenRequest.amounts.contains(tokens), tokens > 0 else {
            throw .invalid(
                "between 1 and \(TokenRequest.amounts.upperBound) tokens can be granted at once, not \(tokens)")
        }
        var account = current(applied, policy: policy, now: now)
        account.grant(tokens)
        accounts[account.key] = account
        changes.accounts.insert(account.key)
        return account
    }

    /// How a budget stands now; changes nothing.
    package func view(_ applied: AppliedBudget, policy: Int64, now: Int64) -> AccountState {
        current(applied, policy: policy, now: now)
    }

    private func current(_ applied: AppliedBudget, policy: Int64, now: Int64) -> AccountState {
        guard var account = accounts[applied.account] else { return AccountState(applied, policy: policy, now: now) }
        account.roll(to: now)
        account.begin(applied.began)
        account.adopt(applied, policy: policy, now: now)
        return account
    }

    /// Writes down what the running requests do not say by themselves.
    private mutating func store(_ account: AccountState) {
        if let old = accounts[account.key] {
            var same = old
            same.reserved = account.reserved
            if same != account { changes.accounts.insert(account.key) }
        } else {
            changes.accounts.insert(account.key)
        }
        accounts[account.key] = account
    }

    /// Tells once that a budget is used up: also when a few tokens are left that no prompt fits in.
    private mutating func refusing(_ account: AccountState) -> TokenAccount {
        var account = account
        if !account.exhausted, account.reserved == 0 {
            account.exhausted = true
            changes.news.append(TokenNews(.exhausted, account.view))
        }
        store(account)
        return account.view
    }
}
