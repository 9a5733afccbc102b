internal import AIULedger
internal import AIUModel
internal import AIUSystem

/// The ledger at work, on its own thread: applies what is asked for, writes it down, and answers only then.
struct LedgerCore: ~Copyable {
    typealias Answer = @Sendable (Failure?) -> Void

    private var database: LedgerDatabase
    private let meter: MeterFile
    private let settings: SQLiteLedger.Settings
    /// `nil` after something could not be written, until it was read again.
    private var state: LedgerState?
    private var cells: [RequestID: FileMeterCell] = [:]
    private var freeSlots = Array((0..<MeterFile.cells).reversed())
    /// Requests that ended while nothing could be written; their cells count no further.
    private var late: [RequestID: (delivered: Int, end: TokenEnd)] = [:]
    // Of the transaction that is under way.
    private var isOpen = false
    private var trouble: Failure?
    private var counters: Set<String> = []
    private var spent: [LedgerChanges.Spent: Int] = [:]
    private var news: [TokenNews] = []
    private var endedCells: [RequestID] = []
    private var pruned: Int64 = 0
    private static let pruneEvery: Int64 = 3_600_000

    private var now: Int64 { settings.clock() }

    init(database: consuming LedgerDatabase, meter: MeterFile, settings: SQLiteLedger.Settings) {
        self.database = database
        self.meter = meter
        self.settings = settings
    }

    // MARK: Transactions

    /// Makes everything durable since the last time, or undoes it: then each of those who wait is told why.
    mutating func commit(_ tell: (TokenNews) -> Void) -> Failure? {
        defer {
            isOpen = false
            trouble = nil
            counters = []
            spent = [:]
            news = []
            endedCells = []
        }
        if isOpen, trouble == nil { finish() }
        guard let trouble else {
            for id in endedCells {
                late[id] = nil
                if let cell = cells.removeValue(forKey: id) { freeSlots.append(cell.id.slot) }
            }
            for news in news { tell(news) }
            return nil
        }
        undo()
        return trouble
    }

    private mutating func finish() {
        do throws(StoreError) {
            try flush()
            try database.commit()
        } catch {
            trouble = error.failure
        }
    }

    private mutating func flush() throws(StoreError) {
        let now = now
        for key in counters {
            if let account = state?.accounts[key] { try database.write(account, now: now) }
        }
        for (day, tokens) in spent { try database.add(tokens, to: day) }
        counters = []
        spent = [:]
    }

    private mutating func undo() {
        // What fails here fails again at the next attempt to read, which is told to whoever asks then.
        if isOpen { try? database.undo() }
        state = nil
        database.forgetRows()
    }

    /// Reads everything again after something went wrong, and forgets the cells of what was never written down.
    private mutating func revive() throws(StoreError) -> LedgerState {
        if let state { return state }
        var state = LedgerState(piece: settings.piece, patience: settings.patience)
        for request in try database.running() { try load(request, into: &state) }
        for (id, cell) in cells where state.running[id] == nil && !endedCells.contains(id) {
            _ = cell.close()
            cells[id] = nil
            freeSlots.append(cell.id.slot)
        }
        self.state = state
        return state
    }

    private mutating func load(_ request: RequestState, into state: inout LedgerState) throws(StoreError) {
        for charge in request.charges where state.accounts[charge.account] == nil {
            if let account = try database.account(charge.account) { state.load(account) }
        }
        state.load(request)
    }

    /// Applies one change and writes it down; what fails in between fails for all in the same transaction.
    private mutating func change<Result>(
        _ budgets: [AppliedBudget] = [],
        _ body: (inout LedgerState) throws(LedgerRefusal) -> Result
    ) throws(Failure) -> Result {
        if let trouble { throw trouble }
        do throws(StoreError) {
            var state = try revive()
            for budget in budgets where state.accounts[budget.account] == nil {
                if let account = try database.account(budget.account) { state.load(account) }
            }
            // Not copied when it changes.
            self.state = nil
            let result = Swift.Result { () throws(LedgerRefusal) in try body(&state) }
            let changes = state.takeChanges()
            self.state = state
            if !changes.isEmpty { try write(changes, state) }
            switch result {
            case .success(let value): return value
            case .failure(let refusal):
                throw StoreError(
                    LedgerDatabase.attempt, path: "", .refused(refusal.failure.reason, refusal.failure.message))
            }
        } catch {
            if case .refused(let reason, let message) = error.reason { throw Failure(reason, message) }
            trouble = error.failure
            throw error.failure
        }
    }

    private mutating func begin() throws(StoreError) {
        guard !isOpen else { return }
        try database.begin()
        isOpen = true
    }

    private mutating func write(_ changes: LedgerChanges, _ state: LedgerState) throws(StoreError) {
        try begin()
        // New accounts first, since requests speak of them; what only counts is written once for all.
        for key in changes.accounts {
            if database.knows(key) {
                counters.insert(key)
            } else if let account = state.accounts[key] {
                try database.write(account, now: now)
            }
        }
        for id in changes.requests {
            guard let request = state.running[id] else { continue }
            if request.leased > settings.piece { try database.lease(request) } else { try database.begin(request) }
        }
        for request in changes.ended.values {
            try database.end(request)
            endedCells.append(request.id)
        }
        spent.merge(changes.spent) { $0 + $1 }
        news += changes.news
    }

    // MARK: What is asked for

    /// The grant, to be handed out when everything is on the disk.
    mutating func reserve(_ request: TokenRequest) throws(Failure) -> TokenGrant {
        if let earlier = try earlier(request.id) {
            guard earlier.isSame(as: request) else { throw LedgerRefusal.otherContent(request.id).failure }
            return TokenGrant(
                id: earlier.id, promptTokens: earlier.promptTokens, responseTokens: earlier.allowed,
                limit: earlier.limit, cell: EndedMeterCell(delivered: earlier.delivered), ended: earlier.ending?.end)
        }
        let known = cells[request.id]?.id
        let id = if let known { known } else { try newCell() }
        do throws(Failure) {
            let now = now
            let state = try change(request.budgets) { state throws(LedgerRefusal) in
                try state.reserve(request, cell: id, now: now)
            }
            let cell = cells[request.id] ?? FileMeterCell(id, in: meter, leased: state.leased)
            cells[request.id] = cell
            return TokenGrant(
                id: state.id, promptTokens: state.promptTokens, responseTokens: state.allowed, limit: state.limit,
                cell: cell)
        } catch {
            if cells[request.id] == nil { freeSlots.append(id.slot) }
            throw error
        }
    }

    private mutating func newCell() throws(Failure) -> CellID {
        guard let slot = freeSlots.popLast() else {
            throw Failure(.busy, "\(MeterFile.cells) requests for tokens run already; try again in a moment")
        }
        let id = CellID(slot: slot, tag: settings.randomTag())
        meter.begin(id)
        return id
    }

    /// A request that has ended already.
    private mutating func earlier(_ id: RequestID) throws(Failure) -> RequestState? {
        if let trouble { throw trouble }
        do throws(StoreError) {
            guard try revive().running[id] == nil else { return nil }
            // In the transaction that most likely follows: another one for reading alone would cost as much.
            try begin()
            return try database.request(id)
        } catch {
            trouble = error.failure
            throw error.failure
        }
    }

    /// The new total, and the cell that is to be told when it is on the disk.
    mutating func lease(_ id: RequestID) throws(Failure) -> (Int, FileMeterCell) {
        if late[id] != nil { throw LedgerRefusal.hasEnded(id).failure }
        let now = now
        let leased = try change { state throws(LedgerRefusal) in try state.lease(id, now: now) }
        guard let cell = cells[id] else { throw LedgerRefusal.hasEnded(id).failure }
        return (leased, cell)
    }

    mutating func settle(_ id: RequestID, delivered: Int, _ end: TokenEnd) throws(Failure) {
        if let cell = cells[id] {
            _ = cell.close()
            // Kept until it is written down, whatever becomes of this attempt.
            if late[id] == nil { late[id] = (delivered, end) }
        }
        do throws(Failure) {
            let now = now
            let (delivered, end) = late[id] ?? (delivered, end)
            _ = try change { state throws(LedgerRefusal) in
                try state.settle(id, delivered: delivered, end, now: now)
            }
        } catch {
            guard error.reason == .notFound, try earlier(id) != nil else { throw error }
        }
    }

    mutating func accounts(_ budgets: [AppliedBudget]) throws(Failure) -> [AccountState] {
        let now = now
        return try change(budgets) { state throws(LedgerRefusal) in
            budgets.map { state.view($0, policy: .max, now: now) }
        }
    }

    mutating func grant(_ tokens: Int, to budget: AppliedBudget, policy: Int64) throws(Failure) -> AccountState {
        let now = now
        return try change([budget]) { state throws(LedgerRefusal) in
            try state.grant(tokens, to: budget, policy: policy, now: now)
        }
    }

    mutating func forecast(_ budgets: [AppliedBudget]) throws(Failure) -> [TokenForecast] {
        let now = now
        let since = BudgetWindow.day.start(of: now) - Int64(Forecast.days) * 86_400_000
        return try accounts(budgets).map { account throws(Failure) in
            do throws(StoreError) {
                return Forecast.of(account, spent: try database.spent(account.key, since: since), now: now)
            } catch {
                throw error.failure
            }
        }
    }

    /// How many requests told of a person.
    mutating func forget(_ who: AccountReference) throws(Failure) -> Int {
        if let trouble { throw trouble }
        do throws(StoreError) {
            let running = try revive().running.values.contains { request in
                AccountReference(user: request.subject.user, name: request.subject.name).isSame(as: who)
            }
            if running {
                throw StoreError("forget \(who)", path: "", .refused(.busy, "requests of theirs run; try again"))
            }
            try begin()
            try flush()
            let count = try database.forget(who)
            // Accounts may be gone: they are read again when somebody asks.
            state = nil
            database.forgetRows()
            return count
        } catch {
            if case .refused = error.reason { throw error.failure }
            trouble = error.failure
            throw error.failure
        }
    }

    /// How many requests run, and how many budgets are in a window that has not begun; writes, to see whether it can.
    mutating func examine() throws(Failure) -> (running: Int, ahead: Int64) {
        if let trouble { throw trouble }
        do throws(StoreError) {
            let running = try revive().running.count
            try begin()
            try FactTable.set("examined", "\(now)", database.database)
            let ahead = try database.database.integer(
                "SELECT count(*) FROM account WHERE window_start > \(now)", to: LedgerDatabase.attempt)
            return (running, ahead)
        } catch {
            trouble = error.failure
            throw error.failure
        }
    }

    // MARK: What comes by itself

    /// After a crash: everything that was let through is charged, and nothing else; after a power cut, all that could
    /// have been.
    mutating func recover() throws(StoreError) -> Int {
        let bootID = settings.bootID
        let sameBoot = try FactTable.value("boot", database.database) == bootID && meter.wasThere
        let (now, meter) = (now, meter)
        let running = try revive().running.values.sorted { $0.id.text < $1.id.text }
        for request in running {
            let count = sameBoot ? meter.count(of: request.cell) : nil
            do throws(Failure) {
                _ = try change { state throws(LedgerRefusal) in
                    try state.settle(
                        request.id, delivered: count ?? 0, count == nil ? .powerLost : .crashed, now: now)
                }
            } catch {
                throw StoreError(
                    "recover the ledger of tokens", path: database.database.path, .refused(error.reason, error.message))
            }
        }
        if let failure = commit({ _ in }) {
            throw StoreError(
                "recover the ledger of tokens", path: database.database.path, .refused(failure.reason, failure.message))
        }
        try FactTable.set("boot", bootID, database.database)
        return running.count
    }

    /// Ends what nobody ended: what could not be written down then, and what was forgotten.
    mutating func sweep() {
        // Another attempt comes soon; until then everybody who asks for tokens is told why there are none.
        for (id, ending) in late { try? settle(id, delivered: ending.delivered, ending.end) }
        for id in state?.expired(now) ?? [] {
            // As above.
            try? settle(id, delivered: cells[id]?.close() ?? 0, .expired)
        }
    }

    /// Forgets what is too old to be asked for. Not within a transaction.
    mutating func prune() {
        guard now - pruned > Self.pruneEvery || now < pruned else { return }
        pruned = now
        do throws(StoreError) {
            try database.prune(before: now - settings.keep)
        } catch {
            Log("ledger").warning(error.description)
        }
        // Accounts that nothing runs in are read again when somebody asks.
        state = nil
        database.forgetRows()
    }
}
