internal import AIUJSON
internal import AIULedger
internal import AIUModel
internal import AIUSystem

/// The ledger's file with its statements compiled. One thread at a time.
struct LedgerDatabase: ~Copyable {
    static let attempt = "keep the ledger of tokens"
    /// Every page of the file is examined when it is opened.
    private static let mostRequests: Int64 = 1_000_000
    private static let bite = 5000
    private static let bites = 20

    let database: Database
    private var selectAccount: Statement
    private var selectRequest: Statement
    private var insertAccount: Statement
    private var updateAccount: Statement
    private var insertRequest: Statement
    private var leaseRequest: Statement
    private var endRequest: Statement
    private var addSpent: Statement
    private var beginning: Statement
    private var commitment: Statement
    /// The rows of accounts that were seen.
    private var rows: [String: Int64] = [:]
    private var keys: [Int64: String] = [:]
    /// What a budget looks like as text, which changes only with the policy.
    private var texts: [String: (budget: TokenBudget, text: String)] = [:]

    init(path: String) throws(StoreError) {
        let database = try Database.open(path)
        try Migrator(LedgerTables.migrations).migrate(database) { old throws(StoreError) in
            try old.backup(to: "\(path).before-update")
        }
        SQLiteStore.copyDaily(database, to: "\(path).backup")
        let attempt = Self.attempt
        let selectAccount = try Statement(
            database, "SELECT \(LedgerTables.accountColumns) FROM account WHERE key = ?", to: attempt)
        let selectRequest = try Statement(
            database, "SELECT \(LedgerTables.requestColumns) FROM request WHERE id = ?", to: attempt)
        let insertAccount = try Statement(
            database,
            """
            INSERT INTO account (key, scope, owner, budget, policy, epoch, window_start, refilled, used, carried,
            granted, warned, exhausted, touched) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
            """, to: attempt)
        let updateAccount = try Statement(database, LedgerTables.accountUpdate, to: attempt)
        let insertRequest = try Statement(
            database,
            """
            INSERT INTO request (\(LedgerTables.requestColumns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)
            ON CONFLICT (id) DO UPDATE SET leased = excluded.leased, expires = excluded.expires
            """, to: attempt)
        let leaseRequest = try Statement(
            database, "UPDATE request SET leased = ?2, expires = ?3 WHERE id = ?1 AND ended IS NULL", to: attempt)
        let endRequest = try Statement(
            database, "UPDATE request SET ended = ?2, ending = ?3, charged = ?4 WHERE id = ?1", to: attempt)
        let addSpent = try Statement(
            database,
            """
            INSERT INTO spent (account, day, tokens) VALUES (?, ?, ?)
            ON CONFLICT (account, day) DO UPDATE SET tokens = tokens + excluded.tokens
            """, to: attempt)
        let beginning = try Statement(database, "BEGIN IMMEDIATE", to: attempt)
        let commitment = try Statement(database, "COMMIT", to: attempt)
        // All at once: what was made is thrown away as a whole when one of them fails.
        self.selectAccount = selectAccount
        self.selectRequest = selectRequest
        self.insertAccount = insertAccount
        self.updateAccount = updateAccount
        self.insertRequest = insertRequest
        self.leaseRequest = leaseRequest
        self.endRequest = endRequest
        self.addSpent = addSpent
        self.beginning = beginning
        self.commitment = commitment
        self.database = database
    }

    // MARK: Transactions

    mutating func begin() throws(StoreError) { try beginning.run([]) }

    mutating func commit() throws(StoreError) { try commitment.run([]) }

    func undo() throws(StoreError) { try database.run("ROLLBACK", to: Self.attempt) }

    // MARK: Reading

    mutating func account(_ key: String) throws(StoreError) -> AccountState? {
        try selectAccount.restart([.text(key)])
        defer { selectAccount.reset() }
        guard try selectAccount.step() else { return nil }
        let (row, account) = try LedgerRows.account(selectAccount)
        rows[key] = row
        keys[row] = key
        return account
    }

    mutating func request(_ id: RequestID) throws(StoreError) -> RequestState? {
        try selectRequest.restart([.text(id.text)])
        defer { selectRequest.reset() }
        guard try selectRequest.step() else { return nil }
        return try LedgerRows.request(selectRequest, accounts: keys)
    }

    /// All accounts by their rows; then the requests that still run.
    mutating func running() throws(StoreError) -> [RequestState] {
        try learnKeys()
        var statement = try Statement(
            database, "SELECT \(LedgerTables.requestColumns) FROM request WHERE ended IS NULL ORDER BY sequence",
            to: Self.attempt)
        var requests: [RequestState] = []
        while try statement.step() { requests.append(try LedgerRows.request(statement, accounts: keys)) }
        return requests
    }

    func spent(_ key: String, since day: Int64) throws(StoreError) -> [Int64: Int] {
        guard let row = rows[key] else { return [:] }
        var statement = try Statement(
            database, "SELECT day, tokens FROM spent WHERE account = ? AND day >= ?", to: Self.attempt,
            [.integer(row), .integer(day)])
        var spent: [Int64: Int] = [:]
        while try statement.step() { spent[try statement.integer(0)] = Int(try statement.integer(1)) }
        return spent
    }

    private mutating func learnKeys() throws(StoreError) {
        var statement = try Statement(database, "SELECT id, key FROM account", to: Self.attempt)
        while try statement.step() {
            let (row, key) = (try statement.integer(0), try statement.text(1))
            rows[key] = row
            keys[row] = key
        }
    }

    // MARK: Writing, within a transaction

    mutating func write(_ account: AccountState, now: Int64) throws(StoreError) {
        let values = LedgerRows.values(account, budget: text(account), now: now)
        if let row = rows[account.key] {
            try updateAccount.run([.integer(row)] + values)
        } else {
            try insertAccount.restart([.text(account.key)] + values)
            defer { insertAccount.reset() }
            while try insertAccount.step() {
                let row = try insertAccount.integer(0)
                rows[account.key] = row
                keys[row] = account.key
            }
        }
    }

    mutating func begin(_ request: RequestState) throws(StoreError) {
        let charges = request.charges.compactMap { charge in rows[charge.account].map { "\($0):\(charge.epoch)" } }
        guard charges.count == request.charges.count else {
            throw StoreError(Self.attempt, path: database.path, .badRow("an account of a request is not there"))
        }
        try insertRequest.run(LedgerRows.values(request, charges: charges.joined(separator: ",")))
    }

    mutating func lease(_ request: RequestState) throws(StoreError) {
        try leaseRequest.run([.text(request.id.text), .integer(Int64(request.leased)), .integer(request.expires)])
    }

    mutating func end(_ request: RequestState) throws(StoreError) {
        guard let ending = request.ending else { return }
        try endRequest.run([
            .text(request.id.text), .integer(ending.time), .text(ending.end.rawValue), .integer(Int64(ending.charged)),
        ])
        guard database.changes == 1 else {
            throw StoreError(Self.attempt, path: database.path, .badRow("a request that ends is not there"))
        }
    }

    mutating func add(_ tokens: Int, to spent: LedgerChanges.Spent) throws(StoreError) {
        guard let row = rows[spent.account] else { return }
        try addSpent.run([.integer(row), .integer(spent.day), .integer(Int64(tokens))])
    }

    /// Whether the account has a row.
    func knows(_ key: String) -> Bool { rows[key] != nil }

    /// Removes requests, and accounts of conversations, that nobody used since; and requests beyond a bound.
    func prune(before time: Int64) throws(StoreError) {
        let attempt = "forget old requests for tokens"
        // In bites, so that whoever wants tokens does not wait long; the rest goes the next time.
        for _ in 0..<Self.bites {
            try database.run(
                """
                DELETE FROM request WHERE sequence IN
                    (SELECT sequence FROM request WHERE ended < ?1
                        OR ended IS NOT NULL AND sequence <= (SELECT max(sequence) FROM request) - ?2
                    ORDER BY sequence LIMIT ?3)
                """, to: attempt, [.integer(time), .integer(Self.mostRequests), .integer(Int64(Self.bite))])
            if database.changes < Self.bite { break }
        }
        try database.run("DELETE FROM spent WHERE day < ?", to: attempt, [.integer(time)])
        try database.run(
            """
            DELETE FROM account WHERE key LIKE 'session:%' AND touched < ?
                AND NOT EXISTS (SELECT 1 FROM request WHERE ended IS NULL)
            """, to: attempt, [.integer(time)])
    }

    /// Takes a person out of requests that have ended, and removes accounts that are theirs alone. Rows that are remembered
    /// may be gone then.
    func forget(_ who: AccountReference) throws(StoreError) -> Int {
        let attempt = "forget a person"
        let user = SQLValue(who.user.map { Int64($0) })
        try database.run(
            """
            UPDATE request SET user = NULL, name = NULL, session = NULL
            WHERE ended IS NOT NULL AND (user = ?1 OR ?1 IS NULL AND user IS NULL AND name = ?2)
            """, to: attempt, [user, SQLValue(who.name)])
        let count = database.changes
        let theirs =
            """
            substr(key, -length(?1)) = ?1 OR ?2 IS NOT NULL AND substr(key, 1, length(?2)) = ?2
            """
        let values = [
            SQLValue.text("@user:" + (who.user.map { "\($0)" } ?? "'\(who.name ?? "")")),
            SQLValue(who.name.map { "\(PolicyScope.user($0).key)/" }),
        ]
        try database.run(
            "DELETE FROM spent WHERE account IN (SELECT id FROM account WHERE \(theirs))", to: attempt, values)
        try database.run("DELETE FROM account WHERE \(theirs)", to: attempt, values)
        return count
    }

    /// After a transaction that came to nothing: rows that it made are not there.
    mutating func forgetRows() {
        rows = [:]
        keys = [:]
        texts = [:]
    }

    private mutating func text(_ account: AccountState) -> String {
        if let known = texts[account.key], known.budget == account.budget { return known.text }
        let text = account.budget.json.text()
        texts[account.key] = (account.budget, text)
        return text
    }
}
