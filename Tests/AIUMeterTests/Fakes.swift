import AIUMeter
import AIUModel
import AIUWire
import Synchronization

/// Four bytes a token, the last one fewer.
struct FakeCounter: TokenCounting {
    static let file = VocabularyFile(name: "four", digest: "four", path: "/dev/null", contextLength: 100)

    func tally(_ part: TextPart, by vocabulary: VocabularyFile) async throws(Failure) -> TokenTally {
        Self.tally(part)
    }

    static func tally(_ part: TextPart) -> TokenTally {
        let whole = part.isLast ? (part.bytes.count + 3) / 4 : part.bytes.count / 4
        let tokens = min(whole, part.limit)
        var bytes = min(tokens * 4, part.bytes.count)
        while bytes < part.bytes.count, bytes > 0, part.bytes[bytes] & 0xC0 == 0x80 { bytes -= 1 }
        return TokenTally(tokens: tokens, bytes: bytes, isFull: tokens < whole)
    }
}

/// A ledger in memory that grants what it is told to, in pieces of 64.
final class FakeLedger: Ledger {
    struct State {
        var requests: [TokenRequest] = []
        var settled: [(delivered: Int, end: TokenEnd)] = []
        var leases = 0
    }

    final class Cell: MeterCell {
        private let counts = Mutex((delivered: 0, leased: 64))
        private let most: Int

        init(_ most: Int) { self.most = most }

        var delivered: Int { counts.withLock { $0.delivered } }
        var leased: Int { counts.withLock { $0.leased } }

        func count(_ tokens: Int) -> Bool {
            counts.withLock { counts in
                guard counts.delivered + tokens <= min(counts.leased, most) else { return false }
                counts.delivered += tokens
                return true
            }
        }

        func lease() -> Int {
            counts.withLock { counts in
                counts.leased = min(counts.leased + 64, most)
                return counts.leased
            }
        }
    }

    let state = Mutex(State())
    let cell: Cell
    private let tokens: Int
    private let failsToLease: Bool

    init(granting tokens: Int, failsToLease: Bool = false) {
        self.tokens = tokens
        self.failsToLease = failsToLease
        cell = Cell(tokens)
    }

    let news = AsyncStream<TokenNews> { $0.finish() }

    func reserve(_ request: TokenRequest) async throws(Failure) -> TokenGrant {
        guard tokens > 0 else { throw Failure(.exhausted, "the budget 'day' of user anna is used up") }
        state.withLock { $0.requests.append(request) }
        return TokenGrant(
            id: request.id, promptTokens: request.promptTokens, responseTokens: tokens, limit: "the budget says so",
            cell: cell)
    }

    func lease(_ id: RequestID) async throws(Failure) -> Int {
        if failsToLease { throw Failure(.unavailable, "the ledger cannot be written") }
        state.withLock { $0.leases += 1 }
        return cell.lease()
    }

    func settle(_ id: RequestID, delivered: Int, _ end: TokenEnd) async throws(Failure) {
        state.withLock { $0.settled.append((delivered, end)) }
    }

    func accounts(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenAccount] { [] }
    func history(_ query: TokenHistoryQuery) async throws(Failure) -> [TokenRecord] { [] }
    func forecast(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenForecast] { [] }
    func forget(_ who: AccountReference) async throws(Failure) -> Int { 0 }

    func grant(_ tokens: Int, to budget: AppliedBudget, policy: Int64) async throws(Failure) -> TokenAccount {
        throw Failure(.unsupported, "nothing is granted here")
    }
}

/// No policy at all, or one with token rules for everybody.
struct FakePolicies: PolicyBook {
    var tokens: TokenRules?
    var version: Int64 { 7 }

    func effective(_ subject: PolicySubject) -> PolicyInForce {
        let sections = PolicySections(tokens: tokens)
        return PolicyInForce(version: 7, layers: [PolicyLayer(.host, sections)], sections: sections)
    }

    func changes() -> AsyncStream<Int64> { AsyncStream { $0.finish() } }
}

struct FakeVocabularies: VocabularyControl {
    func vocabulary(of model: ModelName) async throws(Failure) -> VocabularyFile { FakeCounter.file }
    func vocabulary(for name: VMName, model: String?) async throws(Failure) -> VocabularyFile { FakeCounter.file }
}
