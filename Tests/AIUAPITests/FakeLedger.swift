import AIULedger
import AIUModel

/// The ledger's own decisions, without its files.
actor FakeLedger: Ledger {
    static let now: Int64 = 1_795_262_400_000

    private var state = LedgerState()
    private var records: [TokenRecord] = []
    nonisolated let news = AsyncStream<TokenNews> { $0.finish() }

    private struct Cell: MeterCell {
        let delivered = 0
        let leased: Int
        func count(_ tokens: Int) -> Bool { tokens <= leased }
    }

    func reserve(_ request: TokenRequest) async throws(Failure) -> TokenGrant {
        do throws(LedgerRefusal) {
            let granted = try state.reserve(request, cell: CellID(slot: 0, tag: 0), now: Self.now)
            return TokenGrant(
                id: request.id, promptTokens: granted.promptTokens, responseTokens: granted.allowed,
                limit: granted.limit, cell: Cell(leased: granted.leased))
        } catch {
            throw error.failure
        }
    }

    func lease(_ id: RequestID) async throws(Failure) -> Int {
        do throws(LedgerRefusal) { return try state.lease(id, now: Self.now) } catch { throw error.failure }
    }

    func settle(_ id: RequestID, delivered: Int, _ end: TokenEnd) async throws(Failure) {
        do throws(LedgerRefusal) {
            records.insert(try state.settle(id, delivered: delivered, end, now: Self.now).record, at: 0)
        } catch {
            throw error.failure
        }
    }

    func accounts(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenAccount] {
        budgets.map { state.view($0, policy: .max, now: Self.now).view }
    }

    func history(_ query: TokenHistoryQuery) async throws(Failure) -> [TokenRecord] {
        Array(records.filter { query.user == nil || $0.subject.user == query.user }.prefix(query.limit))
    }

    func forget(_ who: AccountReference) async throws(Failure) -> Int {
        let theirs = records.filter { $0.subject.user == who.user }
        for index in records.indices where records[index].subject.user == who.user {
            records[index].subject = TokenSubject(vm: records[index].subject.vm)
        }
        return theirs.count
    }

    func forecast(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenForecast] {
        budgets.map { Forecast.of(state.view($0, policy: .max, now: Self.now), spent: [:], now: Self.now) }
    }

    func grant(_ tokens: Int, to budget: AppliedBudget, policy: Int64) async throws(Failure) -> TokenAccount {
        do throws(LedgerRefusal) {
            return try state.grant(tokens, to: budget, policy: policy, now: Self.now).view
        } catch {
            throw error.failure
        }
    }
}
