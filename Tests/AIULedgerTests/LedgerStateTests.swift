import AIULedger
import AIUModel
import Testing

@Suite("The ledger's decisions")
struct LedgerStateTests {
    private let now = Samples.noon

    @Test("all budgets, or none")
    func atomic() throws {
        var ledger = LedgerState()
        let (large, small) = (Samples.budget("large", 1000), Samples.budget("small", 10))
        _ = try ledger.reserve(
            Samples.request("a", prompt: 5, response: 5, [large, small]), cell: Samples.cell, now: now)
        let refusal = #expect(throws: LedgerRefusal.self) {
            try ledger.reserve(Samples.request("b", response: 5, [large, small]), cell: Samples.cell, now: now)
        }
        guard case .short(let account, let needed) = refusal else { throw refusal ?? .invalid("none") }
        #expect(account.budget == "small" && needed == 2)
        #expect(ledger.accounts["host/large"]?.reserved == 10)
        #expect(refusal?.failure.reason == .exhausted)
        #expect(refusal?.failure.message.contains("2026-11-22 00:00 UTC") == true)
    }

    @Test("a grant is as long as the least that is left, and says why")
    func shortened() throws {
        var ledger = LedgerState()
        let budget = Samples.budget("day", 10)
        let first = try ledger.reserve(
            Samples.request("a", prompt: 4, response: 100, [budget]), cell: Samples.cell, now: now)
        #expect(first.allowed == 6 && first.leased == 6)
        #expect(first.limit?.contains("budget 'day'") == true)
        try ledger.settle(first.id, delivered: 2, .done, now: now)
        #expect(ledger.accounts["host/day"]?.used == 6 && ledger.accounts["host/day"]?.reserved == 0)
    }

    @Test("exactly the last token can be had, and then nothing")
    func lastToken() throws {
        var ledger = LedgerState()
        let budget = Samples.budget("day", 2)
        let last = try ledger.reserve(Samples.request("a", response: 50, [budget]), cell: Samples.cell, now: now)
        #expect(last.allowed == 1)
        let settled = try ledger.settle(last.id, delivered: 1000, .cut, now: now)
        #expect(settled.ending?.charged == 2)
        #expect(ledger.takeChanges().news.map(\.kind) == [.exhausted])
        #expect(throws: LedgerRefusal.self) {
            try ledger.reserve(Samples.request("b", prompt: 0, response: 1, [budget]), cell: Samples.cell, now: now)
        }
        // It was told already.
        #expect(ledger.takeChanges().news.isEmpty)
    }

    @Test("the same request again is the same; another one under its name is refused")
    func idempotent() throws {
        var ledger = LedgerState()
        let budget = Samples.budget("day", 100)
        let first = try ledger.reserve(Samples.request("a", response: 5, [budget]), cell: Samples.cell, now: now)
        // The policy may have changed in between.
        let again = try ledger.reserve(
            Samples.request("a", response: 5, [Samples.budget("day", 3)], policy: 2), cell: CellID(slot: 5, tag: 5),
            now: now + 5)
        #expect(first == again && ledger.accounts["host/day"]?.reserved == 6)
        #expect(throws: LedgerRefusal.otherContent(first.id)) {
            try ledger.reserve(Samples.request("a", response: 6, [budget]), cell: Samples.cell, now: now)
        }
    }

    @Test(
        "the limits of one request",
        arguments: [
            (TokenRules(perQuery: 30), nil as ToolName?, 20 as Int?, "per_query"),
            (TokenRules(perResponse: 7), nil, 7, "per_response"),
            (TokenRules(perQuery: 12, perResponse: 7), nil, 2, "per_query"),
            (TokenRules(perTool: [.shell: 3]), .shell, 3, "per_tool of shell"),
            (TokenRules(perTool: [.shell: 3]), .pdf, 50, ""),
            // The prompt alone fills it.
            (TokenRules(perQuery: 10), nil, nil, "per_query"),
            (TokenRules(perResponse: 0), nil, nil, "per_response"),
        ])
    func limits(limits: TokenRules, tool: ToolName?, allowed: Int?, words: String) throws {
        let request = Samples.request("a", prompt: 10, response: 50, [], limits: limits, tool: tool)
        do {
            let (tokens, limit) = try LedgerState.allowedByLimits(request)
            #expect(tokens == allowed && (limit ?? "").contains(words))
        } catch {
            #expect(allowed == nil && error.failure.reason == .denied)
            #expect(error.failure.message.contains(words))
        }
    }

    @Test(
        "what no honest caller asks for is refused",
        arguments: [
            Samples.request("a", prompt: -1, response: 5, []), Samples.request("a", response: 0, []),
            Samples.request("a", response: .max, []), Samples.request("a", prompt: .max, response: 1, []),
            Samples.request("a", response: 5, [Samples.budget("x", 9), Samples.budget("x", 9)]),
        ])
    func invalid(request: TokenRequest) {
        var ledger = LedgerState()
        let refusal = #expect(throws: LedgerRefusal.self) {
            try ledger.reserve(request, cell: Samples.cell, now: now)
        }
        #expect(refusal?.failure.reason == .invalid && ledger.takeChanges().isEmpty)
    }

    @Test("leases come in pieces, up to the grant; a request without one for long has expired")
    func leases() throws {
        var ledger = LedgerState(piece: 64, patience: 1000)
        let request = Samples.request("a", response: 150, [])
        #expect(try ledger.reserve(request, cell: Samples.cell, now: now).leased == 64)
        #expect(ledger.expired(now + 999) == [] && ledger.expired(now + 1000) == [request.id])
        #expect(try ledger.lease(request.id, now: now + 900) == 128)
        #expect(ledger.expired(now + 1000) == [])
        #expect(try ledger.lease(request.id, now: now) == 150 && ledger.lease(request.id, now: now) == 150)
        try ledger.settle(request.id, delivered: 1, .expired, now: now)
        #expect(throws: LedgerRefusal.unknown(request.id)) { try ledger.lease(request.id, now: now) }
    }

    @Test(
        "what is charged at the end",
        arguments: [
            (TokenEnd.done, 30, 40), (.cancelled, 0, 10), (.guestGone, 64, 74), (.cut, 900, 74), (.crashed, -5, 10),
            // Nothing reached the guest; what was let through must have.
            (.unsent, 0, 0), (.unsent, 3, 13), (.powerLost, 0, 74),
        ])
    func endings(end: TokenEnd, delivered: Int, charged: Int) throws {
        var ledger = LedgerState()
        let budget = Samples.budget("day", 500)
        let request = try ledger.reserve(
            Samples.request("a", prompt: 10, response: 100, [budget]), cell: Samples.cell, now: now)
        let settled = try ledger.settle(request.id, delivered: delivered, end, now: now)
        #expect(settled.ending?.charged == charged && settled.record.refunded == 110 - charged)
        #expect(ledger.accounts["host/day"]?.used == charged && ledger.accounts["host/day"]?.left == 500 - charged)
    }

    @Test("a request that outlives its window is counted in the one it began in")
    func acrossWindows() throws {
        for (rollover, carried) in [(BudgetRollover.none, 0), (.carry, 490), (.capped(450), 450)] {
            var ledger = LedgerState()
            let budget = Samples.budget("day", 500, rollover: rollover)
            let request = try ledger.reserve(
                Samples.request("a", prompt: 5, response: 100, [budget]), cell: Samples.cell, now: now)
            let tomorrow = now + Samples.day
            #expect(ledger.view(budget, policy: 1, now: tomorrow).reserved == 0)
            try ledger.settle(request.id, delivered: 5, .done, now: tomorrow)
            let account = ledger.view(budget, policy: 1, now: tomorrow)
            #expect(account.used == 0 && account.carried == carried)
        }
    }

    @Test("an administrator gives more, for this window only")
    func grant() throws {
        var ledger = LedgerState()
        let budget = Samples.budget("day", 5)
        #expect(try ledger.grant(20, to: budget, policy: 1, now: now).left == 25)
        #expect(ledger.view(budget, policy: 1, now: now + Samples.day).left == 5)
        for tokens in [0, -1, .max] {
            #expect(throws: LedgerRefusal.self) { try ledger.grant(tokens, to: budget, policy: 1, now: now) }
        }
    }

    @Test("every user has a budget of his own, and a VM keeps its own through a change of its name")
    func each() {
        let budget = TokenBudget(name: "day", tokens: 5, window: .day, each: .user)
        let vm = TokenBudget(name: "day", tokens: 5, window: .day, each: .vm)
        func key(_ budget: TokenBudget, _ subject: TokenSubject) -> String {
            AppliedBudget(budget, of: .project("x"), for: subject).account
        }
        #expect(key(budget, TokenSubject(user: 1)) != key(budget, TokenSubject(user: 2)))
        #expect(key(budget, TokenSubject(name: "1")) != key(budget, TokenSubject(user: 1)))
        let id = VMID.random()
        #expect(
            key(vm, TokenSubject(vm: VMName("a"), vmID: id)) == key(vm, TokenSubject(vm: VMName("b"), vmID: id)))
    }
}
