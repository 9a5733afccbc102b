internal import AIULedger
package import AIUModel
internal import AIUSystem
internal import Dispatch
internal import Synchronization

/// The ledger in a SQLite file and a meter beside it. Everything that is asked for at about the same time shares one
/// transaction, and so one wait for the disk.
package final class SQLiteLedger: Ledger {
    package struct Settings: Sendable {
        package var piece = 64
        /// A request without a lease for so long is taken for forgotten, in milliseconds.
        package var patience: Int64 = 3_600_000
        /// How long requests are remembered, in milliseconds: so long their names cannot be used again.
        package var keep: Int64 = 92 * 86_400_000
        package var sweepEvery: Duration = .seconds(5)
        package var clock: @Sendable () -> Int64 = { Timestamp.now.milliseconds }
        package var randomTag: @Sendable () -> Int64 = { Int64.random(in: .min ... .max) }
        /// Changes with every start of the machine.
        package var bootID: String

        package init(bootID: String) { self.bootID = bootID }

        /// As this machine is now.
        package static func current() throws(Failure) -> Settings {
            do throws(SystemError) {
                let bytes = try Files.read("/proc/sys/kernel/random/boot_id", limit: 256)
                return Settings(bootID: String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self))
            } catch {
                throw Failure(.unavailable, "cannot tell whether the machine was restarted: \(error)")
            }
        }
    }

    private typealias Job = @Sendable (inout LedgerCore) -> LedgerCore.Answer

    private struct Queue {
        var jobs: [Job] = []
        var isServed = false
        var isClosed = false
    }

    private static let longestQueue = 10_000
    private static let mostAtOnce = 512

    private let core: Mutex<LedgerCore>
    private let queue = Mutex(Queue())
    private let thread = DispatchQueue(label: "aiu.ledger", qos: .userInitiated)
    private let told: AsyncStream<TokenNews>.Continuation
    private let past: LedgerHistory
    private let sweepEvery: Duration
    package let news: AsyncStream<TokenNews>

    /// Opens or makes the files, and settles what the last process left running.
    package init(database path: String, meter meterPath: String, settings: Settings) throws(Failure) {
        let meter = try MeterFile(path: meterPath)
        do throws(StoreError) {
            var core = LedgerCore(database: try LedgerDatabase(path: path), meter: meter, settings: settings)
            let count = try core.recover()
            if count > 0 { Log("ledger").info("settled \(count) requests that the last supervisor left running") }
            core.prune()
            past = try LedgerHistory(path: path)
            self.core = Mutex(core)
        } catch {
            throw error.failure
        }
        (news, told) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
        sweepEvery = settings.sweepEvery
        scheduleSweep()
    }

    deinit { told.finish() }

    /// Takes no more; what was asked for is written down when this returns.
    package func close() {
        queue.withLock { $0.isClosed = true }
        thread.sync {}
        // What is done without the thread.
        core.withLock { _ in }
        told.finish()
    }

    package func reserve(_ request: TokenRequest) async throws(Failure) -> TokenGrant {
        try await perform { core throws(Failure) in try core.reserve(request) }
    }

    package func lease(_ id: RequestID) async throws(Failure) -> Int {
        let (leased, cell) = try await perform { core throws(Failure) in try core.lease(id) }
        cell.raise(to: leased)
        return leased
    }

    package func settle(_ id: RequestID, delivered: Int, _ end: TokenEnd) async throws(Failure) {
        try await perform { core throws(Failure) in try core.settle(id, delivered: delivered, end) }
    }

    package func accounts(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenAccount] {
        try await perform { core throws(Failure) in try core.accounts(budgets).map(\.view) }
    }

    package func history(_ query: TokenHistoryQuery) async throws(Failure) -> [TokenRecord] {
        try await past.requests(query)
    }

    package func forecast(_ budgets: [AppliedBudget]) async throws(Failure) -> [TokenForecast] {
        try await perform { core throws(Failure) in try core.forecast(budgets) }
    }

    package func grant(_ tokens: Int, to budget: AppliedBudget, policy: Int64) async throws(Failure) -> TokenAccount {
        try await perform { core throws(Failure) in try core.grant(tokens, to: budget, policy: policy).view }
    }

    package func forget(_ who: AccountReference) async throws(Failure) -> Int {
        try await perform { core throws(Failure) in try core.forget(who) }
    }

    /// A line of `aiu doctor`.
    package func examine() async -> HealthCheck {
        do throws(Failure) {
            let (running, ahead) = try await perform { core throws(Failure) in try core.examine() }
            let requests = "\(running) \(running == 1 ? "request runs" : "requests run")"
            guard ahead > 0 else { return HealthCheck("tokens", .good, "the ledger can be written; \(requests)") }
            return HealthCheck(
                "tokens", .warning,
                "\(ahead) \(ahead == 1 ? "budget is" : "budgets are") in a window that has not begun: the clock was ahead "
                    + "once, or is behind now",
                remedy: "see that the clock is right; what is left until then can be added to with `aiu tokens grant`")
        } catch {
            return HealthCheck(
                "tokens", .bad, "no tokens are granted: \(error)", remedy: "see what the sentence asks for")
        }
    }

    /// Waits for everything to be on the disk: alone at once, among others on a thread of the ledger's own.
    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (inout LedgerCore) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        if let result = atOnce(body) { return try result.get() }
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            let refusal = submit { core in
                let result = Result { () throws(Failure) in try body(&core) }
                return { failure in continuation.resume(returning: failure.map { .failure($0) } ?? result) }
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Nil where others are served. To change threads twice takes longer than a disk that is quick, and of those that may wait
    /// for a slow one only one waits here.
    private func atOnce<Value: Sendable>(
        _ body: @Sendable (inout LedgerCore) throws(Failure) -> Value
    ) -> Result<Value, Failure>? {
        let isFree = queue.withLock { queue in
            guard !queue.isServed, !queue.isClosed else { return false }
            queue.isServed = true
            return true
        }
        guard isFree else { return nil }
        let result = core.withLock { core in
            let result = Result { () throws(Failure) in try body(&core) }
            let failure = core.commit { told.yield($0) }
            return failure.map { .failure($0) } ?? result
        }
        let others = queue.withLock { queue in
            queue.isServed = !queue.jobs.isEmpty
            return queue.isServed
        }
        if others { thread.async { self.serve() } }
        return result
    }

    private func submit(_ job: @escaping Job) -> Failure? {
        let (refusal, starts): (Failure?, Bool) = queue.withLock { queue in
            if queue.isClosed { return (Failure(.unavailable, "the supervisor is stopping"), false) }
            if queue.jobs.count >= Self.longestQueue {
                return (Failure(.busy, "too many requests wait for the ledger of tokens; try again in a moment"), false)
            }
            queue.jobs.append(job)
            defer { queue.isServed = true }
            return (nil, !queue.isServed)
        }
        if starts { thread.async { self.serve() } }
        return refusal
    }

    private func serve() {
        while true {
            let jobs = queue.withLock { queue in
                let jobs = Array(queue.jobs.prefix(Self.mostAtOnce))
                queue.jobs.removeFirst(jobs.count)
                if jobs.isEmpty { queue.isServed = false }
                return jobs
            }
            if jobs.isEmpty { return }
            core.withLock { core in
                let answers = jobs.map { $0(&core) }
                let failure = core.commit { told.yield($0) }
                for answer in answers { answer(failure) }
            }
        }
    }

    private func scheduleSweep() {
        let milliseconds = Int(sweepEvery / .milliseconds(1))
        thread.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            guard let self, !queue.withLock({ $0.isClosed }) else { return }
            sweep()
            scheduleSweep()
        }
    }

    private func sweep() {
        core.withLock { core in
            core.sweep()
            if let failure = core.commit({ told.yield($0) }) {
                Log("ledger").warning("what was used cannot be written down, so nothing is granted: \(failure)")
            } else {
                core.prune()
            }
        }
    }
}
