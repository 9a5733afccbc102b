import AIUModel
import AIUStore
import AIUSystem
import Synchronization

/// A ledger's files, opened again and again as by one process after the other.
final class LedgerFolder: Sendable {
    let path: String
    let clock = Mutex<Int64>(1_795_262_400_000)

    init(_ path: String) { self.path = path }

    func open(boot: String = "boot", patience: Int64 = 3_600_000, sweepEvery: Duration = .seconds(3600)) throws
        -> SQLiteLedger
    {
        var settings = SQLiteLedger.Settings(bootID: boot)
        settings.clock = { [self] in clock.withLock { $0 } }
        settings.patience = patience
        settings.sweepEvery = sweepEvery
        return try SQLiteLedger(database: "\(path)/ledger.db", meter: "\(path)/ledger.meter", settings: settings)
    }

    static func budget(_ tokens: Int, _ window: BudgetWindow = .day, name: String = "day") -> AppliedBudget {
        AppliedBudget(
            TokenBudget(name: name, tokens: tokens, window: window, warnAt: [500]), of: .host, for: TokenSubject())
    }

    static func request(
        _ name: String, prompt: Int = 10, response: Int = 100, _ budgets: [AppliedBudget] = [budget(500)]
    ) throws -> TokenRequest {
        guard let id = RequestID(name) else { throw Failure(.invalid, name) }
        return TokenRequest(
            id: id, subject: TokenSubject(user: 7, name: "anna", vm: VMName("notes"), session: "s'\u{1F600}"),
            policy: 1,
            budgets: budgets, promptTokens: prompt, responseMax: response, tool: .shell)
    }
}

/// A folder of its own for one test that waits, gone afterwards.
func withLedger(_ body: (LedgerFolder) async throws -> Void) async throws {
    let folder = "/tmp/ledger-store-\(VMID.random())"
    try Files.makeFolder(folder)
    defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
    try await body(LedgerFolder(folder))
}
