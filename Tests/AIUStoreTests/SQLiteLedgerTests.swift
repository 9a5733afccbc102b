import AIUModel
import AIUStore
import AIUSystem
import Synchronization
import Testing

@Suite("The ledger on the disk")
struct SQLiteLedgerTests {
    private let budget = LedgerFolder.budget(500)

    @Test("a request from its grant to its end, and what is told of it")
    func wholeRequest() async throws {
        try await withLedger { folder in
            let ledger = try folder.open()
            let grant = try await ledger.reserve(try LedgerFolder.request("a"))
            #expect(grant.responseTokens == 100 && grant.cell.leased == 64 && grant.ended == nil)
            #expect(grant.cell.count(64) && !grant.cell.count(1))
            #expect(try await ledger.lease(grant.id) == 100)
            #expect(grant.cell.count(1) && !grant.cell.count(36) && grant.cell.delivered == 65)
            var account = try #require(try await ledger.accounts([budget]).first)
            #expect(account.reserved == 110 && account.used == 0 && account.left == 390)
            try await ledger.settle(grant.id, delivered: 65, .cancelled)
            #expect(!grant.cell.count(1))
            account = try #require(try await ledger.accounts([budget]).first)
            #expect(account.reserved == 0 && account.used == 75 && account.left == 425)
            // Again changes nothing.
            try await ledger.settle(grant.id, delivered: 100, .done)
            let record = try #require(try await ledger.history(TokenHistoryQuery(user: 7, vm: VMName("notes"))).first)
            #expect(
                record.delivered == 75 && record.refunded == 35 && record.end == .cancelled && record.tool == .shell)
            #expect(record.subject.session == "s'\u{1F600}" && record.accounts == ["host/day"])
            #expect(try await ledger.history(TokenHistoryQuery(user: 8)).isEmpty)
        }
    }

    @Test("the same request again is the same grant, while it runs, when it has ended, and for the next process")
    func idempotent() async throws {
        try await withLedger { folder in
            let ledger = try folder.open()
            let request = try LedgerFolder.request("a")
            let first = try await ledger.reserve(request)
            let again = try await ledger.reserve(request)
            #expect(first.cell.count(3) && again.cell.delivered == 3)
            let other = try LedgerFolder.request("a", prompt: 11)
            await #expect(throws: Failure.self) { try await ledger.reserve(other) }
            try await ledger.settle(first.id, delivered: 3, .done)
            for ledger in [ledger, try folder.open()] {
                let ended = try await ledger.reserve(request)
                #expect(ended.ended == .done && ended.responseTokens == 100 && ended.cell.delivered == 3)
                #expect(!ended.cell.count(1))
                #expect(await #expect(throws: Failure.self) { try await ledger.reserve(other) }?.reason == .conflict)
                #expect(try await ledger.accounts([budget]).first?.used == 13)
            }
        }
    }

    @Test("after a crash exactly what was let through is charged; after a power cut, the lease")
    func recovery() async throws {
        for (boot, used, end) in [("boot", 10 + 70, TokenEnd.crashed), ("another", 10 + 100, .powerLost)] {
            try await withLedger { folder in
                // Not closed: as if it had been killed here.
                let killed = try folder.open()
                let grant = try await killed.reserve(try LedgerFolder.request("a"))
                #expect(grant.cell.count(64))
                _ = try await killed.lease(grant.id)
                #expect(grant.cell.count(6))
                let next = try folder.open(boot: boot)
                let account = try #require(try await next.accounts([budget]).first)
                #expect(account.used == used && account.reserved == 0)
                #expect(try await next.history(TokenHistoryQuery()).first?.end == end)
            }
        }
    }

    @Test("a meter that is gone, cut or not ours costs no more than the leases")
    func lostMeter() async throws {
        for spoil in [{ (path: String) throws in try Files.remove(path) }, { try Files.replace($0, with: [1, 2, 3]) }] {
            try await withLedger { folder in
                let killed = try folder.open()
                let grant = try await killed.reserve(try LedgerFolder.request("a"))
                #expect(grant.cell.count(5))
                try spoil("\(folder.path)/ledger.meter")
                let next = try folder.open()
                #expect(try await next.accounts([budget]).first?.used == 74)
            }
        }
    }

    @Test("what nobody ends expires, and is charged by what was let through")
    func expiry() async throws {
        try await withLedger { folder in
            let ledger = try folder.open(patience: 1000, sweepEvery: .milliseconds(20))
            let grant = try await ledger.reserve(try LedgerFolder.request("a"))
            #expect(grant.cell.count(7))
            folder.clock.withLock { $0 += 1000 }
            for _ in 0..<200 where try await ledger.accounts([budget]).first?.used == 0 {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await ledger.accounts([budget]).first?.used == 17)
            #expect(!grant.cell.count(1))
            #expect(try await ledger.history(TokenHistoryQuery()).first?.end == .expired)
        }
    }

    @Test("a day's budget starts afresh with the day, also for the next process, and never because the clock went back")
    func windows() async throws {
        try await withLedger { folder in
            var ledger = try folder.open()
            let all = try LedgerFolder.request("a", response: 490)
            let grant = try await ledger.reserve(all)
            for _ in 0..<8 where grant.cell.leased < 490 { _ = try await ledger.lease(grant.id) }
            #expect(grant.cell.count(490))
            try await ledger.settle(grant.id, delivered: 490, .done)
            let more = try LedgerFolder.request("b")
            #expect(await #expect(throws: Failure.self) { try await ledger.reserve(more) }?.reason == .exhausted)
            folder.clock.withLock { $0 -= 40 * 86_400_000 }
            ledger = try folder.open()
            #expect(await #expect(throws: Failure.self) { try await ledger.reserve(more) }?.reason == .exhausted)
            folder.clock.withLock { $0 += 41 * 86_400_000 }
            _ = try await ledger.reserve(more)
            folder.clock.withLock { $0 -= 86_400_000 }
            ledger = try folder.open()
            // What the crash left is charged to the new day, not to the old one again.
            #expect(try await ledger.accounts([budget]).first?.used == 10)
        }
    }

    @Test("thresholds are told once, also over a restart")
    func news() async throws {
        try await withLedger { folder in
            let small = LedgerFolder.budget(20)
            for (name, told) in [("a", [TokenNews.Kind.warning(500)]), ("b", []), ("c", [.exhausted])] {
                let ledger = try folder.open()
                let request = try LedgerFolder.request(name, prompt: name == "a" ? 10 : 1, response: 8, [small])
                let grant = try await ledger.reserve(request)
                #expect(grant.cell.count(name == "a" ? 2 : 3))
                try await ledger.settle(grant.id, delivered: name == "a" ? 2 : 3, .done)
                ledger.close()
                var found: [TokenNews.Kind] = []
                for await news in ledger.news { found.append(news.kind) }
                #expect(found == told, "\(name)")
            }
        }
    }

    @Test("an administrator's tokens last as long as the window, over a restart")
    func grant() async throws {
        try await withLedger { folder in
            let first = try folder.open()
            #expect(try await first.grant(40, to: budget, policy: 1).left == 540)
            first.close()
            let ledger = try folder.open()
            #expect(try await ledger.accounts([budget]).first?.granted == 40)
            folder.clock.withLock { $0 += 86_400_000 }
            #expect(try await ledger.accounts([budget]).first?.left == 500)
            #expect(try await ledger.forecast([budget]).first?.sentence.contains("nothing was used") == true)
        }
    }

    @Test("a person is forgotten: requests stay and say nothing of them, accounts of their own go")
    func forget() async throws {
        try await withLedger { folder in
            let ledger = try folder.open()
            let own = AppliedBudget(
                TokenBudget(name: "own", tokens: 500, window: .day, each: .user), of: .host,
                for: TokenSubject(user: 7, name: "anna"))
            let named = AppliedBudget(
                TokenBudget(name: "named", tokens: 500, window: .day), of: .user("anna"), for: TokenSubject(user: 7))
            let all = [budget, own, named]
            for (index, name) in ["a", "b", "c"].enumerated() {
                let grant = try await ledger.reserve(try LedgerFolder.request(name, all))
                if index == 0 {
                    let anna = AccountReference(user: 7, name: "anna")
                    #expect(await #expect(throws: Failure.self) { try await ledger.forget(anna) }?.reason == .busy)
                }
                try await ledger.settle(grant.id, delivered: 0, .done)
            }
            let page = try await ledger.history(TokenHistoryQuery(user: 7, limit: 2))
            var older = TokenHistoryQuery(user: 7, limit: 2)
            older.before = page.last?.id
            #expect(page.map(\.id.text) == ["c", "b"])
            #expect(try await ledger.history(older).map(\.id.text) == ["a"])
            #expect(try await ledger.forget(AccountReference(user: 8, name: "anna2")) == 0)
            #expect(try await ledger.forget(AccountReference(user: 7, name: "anna")) == 3)
            #expect(try await ledger.accounts(all).map(\.used) == [30, 0, 0])
            let records = try await ledger.history(TokenHistoryQuery())
            #expect(records.count == 3 && records.allSatisfy { $0.subject == TokenSubject(vm: VMName("notes")) })
            // What goes on is counted anew.
            let grant = try await ledger.reserve(try LedgerFolder.request("d", all))
            try await ledger.settle(grant.id, delivered: 1, .done)
            #expect(try await folder.open().accounts(all).map(\.used) == [41, 11, 11])
        }
    }

    @Test("a doctor sees whether it can be written, and a clock that was ahead")
    func examine() async throws {
        try await withLedger { folder in
            let ledger = try folder.open()
            let grant = try await ledger.reserve(try LedgerFolder.request("a"))
            #expect(await ledger.examine().verdict == .good)
            #expect(await ledger.examine().detail.contains("1 request runs"))
            try await ledger.settle(grant.id, delivered: 0, .done)
            folder.clock.withLock { $0 -= 86_400_000 }
            #expect(await ledger.examine().verdict == .warning)
            ledger.close()
            #expect(await ledger.examine().verdict == .bad)
        }
    }

    @Test("a closed ledger takes nothing more")
    func closed() async throws {
        try await withLedger { folder in
            let ledger = try folder.open()
            ledger.close()
            let request = try LedgerFolder.request("a")
            #expect(await #expect(throws: Failure.self) { try await ledger.reserve(request) }?.reason == .unavailable)
        }
    }
}
