import AIUModel
import AIUStore

/// How fast the ledger is, beside bare transactions of the same durability in the same folder.
struct Bench {
    /// What one kind of work took.
    struct Figures {
        var perSecond: Double
        var p99: Double
        var description: String { "{\"perSecond\": \(perSecond), \"p99\": \(p99)}" }

        /// Milliseconds each.
        init(_ each: [Double], over seconds: Double) {
            perSecond = Double(each.count) / seconds
            let sorted = each.sorted()
            p99 = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        }
    }

    private static let crowd = 64
    private static let budgets: [AppliedBudget] = ["all", "each"].map { name in
        AppliedBudget(
            TokenBudget(name: name, tokens: 1_000_000_000_000, window: .day, each: name == "each" ? .user : nil),
            of: .host,
            for: TokenSubject(user: 1000))
    }

    let folder: String
    let operations: Int

    /// One line of JSON.
    func run() async throws -> String {
        let bare = try measureBare()
        let ledger = try SQLiteLedger(
            database: "\(folder)/ledger.db", meter: "\(folder)/ledger.meter", settings: .current())
        defer { ledger.close() }
        let one = try await measure(ledger, clients: 1, "one")
        let many = try await measure(ledger, clients: Self.crowd, "many")
        let token = try await nanosecondsPerToken(ledger)
        return "{\"bare\": \(bare.description), \"one\": \(one.description), \"many\": \(many.description), "
            + "\"clients\": \(Self.crowd), \"nanosecondsPerToken\": \(token)}"
    }

    /// A row that is written when a request begins and changed when it ends, and two accounts changed each time: what
    /// whoever keeps budgets in SQLite without a ledger does at least.
    private func measureBare() throws -> Figures {
        let database = try Database.open("\(folder)/bare.db")
        try database.runScript(
            """
            CREATE TABLE account (id INTEGER PRIMARY KEY, used INTEGER NOT NULL, reserved INTEGER NOT NULL) STRICT;
            CREATE TABLE request (id TEXT PRIMARY KEY, reserved INTEGER NOT NULL, used INTEGER) STRICT;
            INSERT INTO account VALUES (1, 0, 0), (2, 0, 0);
            """, to: "make tables")
        var insert = try Statement(database, "INSERT INTO request (id, reserved) VALUES (?, ?)", to: "reserve")
        var reserve = try Statement(
            database, "UPDATE account SET reserved = reserved + ?2 WHERE id = ?1", to: "reserve")
        var end = try Statement(database, "UPDATE request SET used = ?2 WHERE id = ?1", to: "settle")
        var settle = try Statement(
            database, "UPDATE account SET reserved = reserved - ?2, used = used + ?3 WHERE id = ?1", to: "settle")
        var begin = try Statement(database, "BEGIN IMMEDIATE", to: "begin")
        var commit = try Statement(database, "COMMIT", to: "commit")
        var each: [Double] = []
        let start = ContinuousClock.now
        for index in 0..<operations / 2 {
            let id = SQLValue.text("request number \(index)")
            var before = ContinuousClock.now
            try begin.run([])
            try insert.run([id, 110])
            for account in [1, 2] as [Int64] { try reserve.run([.integer(account), 110]) }
            try commit.run([])
            each.append(Self.milliseconds(since: before))
            before = .now
            try begin.run([])
            try end.run([id, 75])
            for account in [1, 2] as [Int64] { try settle.run([.integer(account), 110, 75]) }
            try commit.run([])
            each.append(Self.milliseconds(since: before))
        }
        return Figures(each, over: Self.milliseconds(since: start) / 1000)
    }

    private func measure(_ ledger: SQLiteLedger, clients: Int, _ name: String) async throws -> Figures {
        let rounds = max(1, operations * (clients > 1 ? 4 : 1) / 2 / clients)
        let start = ContinuousClock.now
        let each = try await withThrowingTaskGroup(of: [Double].self) { group in
            for client in 0..<clients {
                group.addTask { try await Self.work(ledger, "\(name)-\(client)", rounds) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Figures(each, over: Self.milliseconds(since: start) / 1000)
    }

    private static func work(_ ledger: SQLiteLedger, _ name: String, _ rounds: Int) async throws -> [Double] {
        var each: [Double] = []
        for round in 0..<rounds {
            let request = TokenRequest(
                id: RequestID("\(name)-\(round)") ?? .random(), subject: TokenSubject(user: 1000), policy: 1,
                budgets: budgets, promptTokens: 10, responseMax: 100)
            var before = ContinuousClock.now
            let grant = try await ledger.reserve(request)
            each.append(milliseconds(since: before))
            before = .now
            try await ledger.settle(grant.id, delivered: 64, .done)
            each.append(milliseconds(since: before))
        }
        return each
    }

    /// Counting every token of a long answer, the leases among it.
    private func nanosecondsPerToken(_ ledger: SQLiteLedger) async throws -> Double {
        let tokens = 20_000
        let request = TokenRequest(
            id: .random(), subject: TokenSubject(user: 1000), policy: 1, budgets: Self.budgets, promptTokens: 10,
            responseMax: tokens)
        let grant = try await ledger.reserve(request)
        let start = ContinuousClock.now
        for _ in 0..<tokens where !grant.cell.count(1) {
            _ = try await ledger.lease(grant.id)
            _ = grant.cell.count(1)
        }
        let all = Self.milliseconds(since: start)
        try await ledger.settle(grant.id, delivered: grant.cell.delivered, .done)
        guard grant.cell.delivered == tokens else { throw Storm.Problem("\(grant.cell.delivered) tokens were counted") }
        return all * 1_000_000 / Double(tokens)
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        (ContinuousClock.now - start) / .milliseconds(1)
    }
}
