package import AIUModel

/// One budget's account: what was used in its window, and what running requests may still use.
package struct AccountState: Hashable, Sendable {
    package let key: String
    package var scope: String
    package var owner: String
    package var budget: TokenBudget
    /// The version of the policy that the budget is from.
    package var policy: Int64
    /// Rises with every window, so that a request is never settled in another than it was reserved in.
    package var epoch: Int64
    package var windowStart: Int64
    /// Up to which hour, day or month it was refilled.
    package var refilled: Int64
    package var used: Int
    /// Not written down: the running requests say it.
    package var reserved: Int
    package var carried: Int
    package var granted: Int
    /// The highest threshold that was told in this window, in thousandths.
    package var warned: Int
    package var exhausted: Bool

    package init(
        key: String, scope: String, owner: String, budget: TokenBudget, policy: Int64, epoch: Int64,
        windowStart: Int64, refilled: Int64, used: Int, carried: Int, granted: Int, warned: Int, exhausted: Bool
    ) {
        self.key = key
        self.scope = scope
        self.owner = owner
        self.budget = budget
        self.policy = policy
        self.epoch = epoch
        self.windowStart = windowStart
        self.refilled = refilled
        self.used = used
        reserved = 0
        self.carried = carried
        self.granted = granted
        self.warned = warned
        self.exhausted = exhausted
    }

    /// A new account, at the beginning of its first window.
    package init(_ applied: AppliedBudget, policy: Int64, now: Int64) {
        self.init(
            key: applied.account, scope: applied.scope.description, owner: applied.owner, budget: applied.budget,
            policy: policy, epoch: 0, windowStart: applied.began ?? applied.budget.window.start(of: now),
            refilled: applied.budget.refill?.every.start(of: now) ?? 0, used: 0, carried: 0, granted: 0, warned: 0,
            exhausted: false)
    }

    package var cap: Int { budget.tokens + carried + granted }
    /// None when the policy was tightened below what is used already.
    package var left: Int { max(0, cap - used - reserved) }
    package var windowEnds: Int64? { budget.window.end(of: windowStart) }
    /// When that is, in words; nil when never.
    var startsAfresh: String? { view.startsAfresh }

    /// Starts the windows that have come since. A clock that was put back opens none again.
    package mutating func roll(to now: Int64) {
        refill(now)
        let start = budget.window.start(of: now)
        guard start > windowStart else { return }
        let passed = budget.window.count(from: windowStart, to: start)
        let most = budget.rollover.most
        // Windows in which nothing was asked for leave all of their tokens over.
        let (idle, tooMany) = (Int(passed) - 1).multipliedReportingOverflow(by: budget.tokens)
        restart(at: start, with: tooMany ? most : min(most, left + min(idle, most)))
    }

    /// Another session has begun. One that began before this one, by a clock that was put back, starts nothing afresh.
    package mutating func begin(_ session: Int64?) {
        guard let session, session > windowStart else { return }
        restart(at: session, with: min(budget.rollover.most, left))
    }

    private mutating func restart(at start: Int64, with rest: Int) {
        carried = rest
        windowStart = start
        epoch += 1
        used = 0
        reserved = 0
        granted = 0
        warned = 0
        exhausted = false
    }

    private mutating func refill(_ now: Int64) {
        guard let refill = budget.refill else { return }
        let start = refill.every.start(of: now)
        guard start > refilled else { return }
        let times = Int(refill.every.count(from: refilled, to: start))
        let (tokens, tooMany) = times.multipliedReportingOverflow(by: refill.tokens)
        used = tooMany ? 0 : max(0, used - tokens)
        refilled = start
        forgetWarnings()
    }

    /// Lives by a newer policy. What was used stays used, also where the length of the window changed.
    package mutating func adopt(_ applied: AppliedBudget, policy version: Int64, now: Int64) {
        owner = applied.owner
        scope = applied.scope.description
        guard version >= policy else { return }
        policy = version
        guard budget != applied.budget else { return }
        let latest = max(now, windowStart)
        if budget.window != applied.budget.window { windowStart = applied.budget.window.start(of: latest) }
        if budget.refill?.every != applied.budget.refill?.every {
            refilled = applied.budget.refill?.every.start(of: latest) ?? 0
        }
        budget = applied.budget
        carried = min(carried, budget.rollover.most)
        forgetWarnings()
    }

    package mutating func grant(_ tokens: Int) {
        granted = min(granted + tokens, TokenBudget.amounts.upperBound)
        forgetWarnings()
    }

    /// Counts what a request of this window used of its reservation. Of an earlier window only what is given back
    /// matters, and only where windows leave something over.
    package mutating func settle(reserved amount: Int, charged: Int, epoch: Int64) {
        if epoch == self.epoch {
            reserved -= amount
            used += charged
        } else {
            carried = min(budget.rollover.most, carried + amount - charged)
        }
    }

    /// The thresholds that are reached now and were not told yet.
    package mutating func news() -> [TokenNews.Kind] {
        let reached = budget.warnAt.filter { $0 > warned && cap > 0 && used >= Self.threshold($0, of: cap) }
        if let highest = reached.last { warned = highest }
        var news = reached.map { TokenNews.Kind.warning($0) }
        if !exhausted, used >= cap {
            exhausted = true
            news.append(.exhausted)
        }
        return news
    }

    /// There is more again, so that the same thresholds can be reached again.
    private mutating func forgetWarnings() {
        if used < cap { exhausted = false }
        warned = budget.warnAt.last { $0 <= warned && used >= Self.threshold($0, of: cap) } ?? 0
    }

    private static func threshold(_ thousandths: Int, of cap: Int) -> Int {
        let (whole, rest) = (cap / 1000, cap % 1000)
        return whole * thousandths + (rest * thousandths + 999) / 1000
    }
}

extension AccountState {
    /// As people are shown it.
    package var view: TokenAccount {
        TokenAccount(
            account: key, budget: budget.name, scope: scope, owner: owner, tokens: budget.tokens, carried: carried,
            granted: granted, used: used, reserved: reserved, left: left, window: budget.window,
            windowEnds: windowEnds, rollover: budget.rollover.description,
            refill: budget.refill.map { "\($0.tokens) every \($0.every.rawValue)" },
            warnAt: budget.warnAt.map { Double($0) / 1000 }, warned: warned > 0 ? Double(warned) / 1000 : nil)
    }
}

extension TokenAccount {
    /// When it starts afresh, in words; nil when never.
    var startsAfresh: String? {
        if let windowEnds { return "at \(UTCText.text(windowEnds))" }
        return account.hasPrefix(AppliedBudget.sessionPrefix) ? "when the VM is started the next time" : nil
    }
}
