import AIULedger
import AIUModel
import Testing

/// What a session is, and what the next one has of it.
struct SessionTests {
    private let now = Samples.noon
    private static let vm = VMID.random()

    private func budgets(
        _ tokens: Int?, own: TokenLimits? = nil, began: Int64?, user: UInt32 = 1, conversation: String? = nil
    ) -> [AppliedBudget] {
        AppliedBudget.all(
            [], session: SessionBudget(policy: tokens, own: own), began: began,
            for: TokenSubject(user: user, vm: VMName("web"), vmID: Self.vm, session: conversation))
    }

    private static func limits(_ tokens: Int, _ rollover: TokenLimits.Rollover) -> TokenLimits {
        TokenLimits(maxPerQuery: 100, sessionBudget: tokens, responseMax: 100, rollover: rollover)
    }

    @Test("no name of a conversation begins a session; another person, and another VM, do")
    func keys() {
        let first = budgets(100, began: 5, conversation: "a")
        #expect(first.count == 1)
        for name in ["b", nil, "a/../b", String(repeating: "x", count: 1000)] as [String?] {
            #expect(budgets(100, began: 5, conversation: name).map(\.account) == first.map(\.account))
        }
        #expect(budgets(100, began: 5, user: 2).map(\.account) != first.map(\.account))
        let other = AppliedBudget.all(
            [], session: SessionBudget(policy: 100, own: nil), began: 5, for: TokenSubject(user: 1, vmID: .random()))
        #expect(other.map(\.account) != first.map(\.account))
        // Somebody whom only a directory knows, called like a number.
        let named = AppliedBudget.all(
            [], session: SessionBudget(policy: 100, own: nil), began: 5, for: TokenSubject(name: "1", vmID: Self.vm))
        #expect(named.map(\.account) != first.map(\.account))
        #expect(
            AppliedBudget.all([], session: SessionBudget(policy: 100, own: nil), began: 5, for: TokenSubject(user: 1))
                .isEmpty)
    }

    @Test("all conversations together use one budget, until the VM is started again")
    func shared() throws {
        var ledger = LedgerState()
        for (index, name) in ["a", "b", "c", "d"].enumerated() {
            let applied = budgets(40, began: 5, conversation: name)
            var request = Samples.request("r\(index)", prompt: 2, response: 8, applied)
            request.subject.session = name
            _ = try ledger.reserve(request, cell: CellID(slot: index, tag: 1), now: now)
            try ledger.settle(request.id, delivered: 8, .done, now: now)
        }
        let full = Samples.request("full", prompt: 2, response: 8, budgets(40, began: 5, conversation: "e"))
        let refusal = #expect(throws: LedgerRefusal.self) {
            try ledger.reserve(full, cell: CellID(slot: 9, tag: 1), now: now)
        }
        #expect(refusal?.failure.message.contains("when the VM is started the next time") == true)
        // A clock that was put back starts nothing afresh; the next start does.
        #expect(ledger.view(budgets(40, began: 4)[0], policy: 1, now: now).left == 0)
        #expect(ledger.view(budgets(40, began: 6)[0], policy: 1, now: now).left == 40)
    }

    @Test(
        "what a session leaves over is carried as the VM's configuration says, and never beyond the policy",
        arguments: [
            (nil as Int?, TokenLimits.Rollover.none, 40), (nil, .carry, 70), (nil, .capped, 70), (100, .carry, 70),
            (60, .carry, 60), (60, .capped, 60), (40, .carry, 40), (30, .carry, 30), (30, .none, 30),
        ])
    func rollover(policy: Int?, rollover: TokenLimits.Rollover, next: Int) throws {
        var ledger = LedgerState()
        let own = Self.limits(40, rollover)
        let request = Samples.request("r", prompt: 2, response: 8, budgets(policy, own: own, began: 5))
        _ = try ledger.reserve(request, cell: CellID(slot: 0, tag: 1), now: now)
        try ledger.settle(request.id, delivered: 8, .done, now: now)
        #expect(ledger.view(budgets(policy, own: own, began: 6)[0], policy: 1, now: now).left == next)
    }

    @Test("capped is at most one session more, however many were left over")
    func capped() throws {
        var ledger = LedgerState()
        let own = Self.limits(40, .capped)
        for start in 5...9 {
            // Something small in each, so that each is seen.
            let request = Samples.request(
                "r\(start)", prompt: 1, response: 1, budgets(nil, own: own, began: Int64(start)))
            _ = try ledger.reserve(request, cell: CellID(slot: 0, tag: 1), now: now)
            try ledger.settle(request.id, delivered: 1, .done, now: now)
        }
        #expect(ledger.view(budgets(nil, own: own, began: 10)[0], policy: 1, now: now).left == 80)
    }

    @Test("a request that runs while the next session begins is charged to neither more than once")
    func across() throws {
        var ledger = LedgerState()
        let own = Self.limits(40, .carry)
        let request = Samples.request("r", prompt: 2, response: 18, budgets(nil, own: own, began: 5))
        _ = try ledger.reserve(request, cell: CellID(slot: 0, tag: 1), now: now)
        // 20 are left over, 20 are reserved; 15 of those come back.
        let other = Samples.request("o", prompt: 1, response: 1, budgets(nil, own: own, began: 6))
        _ = try ledger.reserve(other, cell: CellID(slot: 1, tag: 1), now: now)
        try ledger.settle(request.id, delivered: 3, .done, now: now)
        try ledger.settle(other.id, delivered: 1, .done, now: now)
        #expect(ledger.view(budgets(nil, own: own, began: 6)[0], policy: 1, now: now).left == 40 + 20 + 15 - 2)
    }
}
