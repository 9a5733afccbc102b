internal import AIUModel
internal import AIUPolicy
internal import AIUSystem
internal import Synchronization

/// What all requests share.
final class ServerCore: Sendable {
    let settings: APISettings
    let router = Router(Routes.all)
    let log = Log("api")
    let bodies: Budget
    let loopThread: LoopThread
    let operations: Operations
    let control: any Supervision
    let gate: Gate
    let reception: Reception
    private let counter: (any TokenCounting)?
    private let ledger: (any Ledger)?
    private let exchanges = Mutex<[ObjectIdentifier: Exchange]>([:])
    private let draining = Atomic(false)
    private let upgrades = Atomic(0)
    private let rights = Mutex<Task<Void, Never>?>(nil)

    init(
        _ control: any Supervision, _ audit: any AuditTrail, _ reception: Reception, _ tokens: TokenServices?,
        _ ledger: (any Ledger)?,
        _ settings: APISettings
    ) throws(SystemError) {
        self.control = control
        gate = Gate(audit: audit, book: control.book)
        self.reception = reception
        counter = tokens?.counter
        self.ledger = ledger
        self.settings = settings
        bodies = Budget(settings.bodyMemory)
        loopThread = try LoopThread()
        operations = Operations(loopThread, control, gate, tokens?.metering, settings, log)
    }

    var context: Route.Context {
        Route.Context(
            control: control, settings: settings, operations: operations, audit: gate.audit, reception: reception,
            counter: counter,
            ledger: ledger,
            log: log)
    }

    func beginUpgrade() { upgrades.add(1, ordering: .relaxed) }
    func endUpgrade() { upgrades.subtract(1, ordering: .relaxed) }
    /// Some upgraded connection is still held.
    var hasUpgraded: Bool { upgrades.load(ordering: .relaxed) > 0 }

    var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// Who asks.
    func caller(of request: Request) async throws(Failure) -> Caller {
        await confined(try await reception.caller(of: request))
    }

    /// A token for a project reaches the VMs that are in it at that moment.
    private func confined(_ caller: Caller) async -> Caller {
        var caller = caller
        guard let token = caller.token, let project = token.project else { return caller }
        let all = await control.list().filter { $0.record.project == project }
        let inside = Set(all.map(\.record.name))
        caller.token?.vms = token.vms.map { $0.intersection(inside) } ?? inside
        return caller
    }

    /// From now on, what goes on for somebody is looked at again and again.
    func watchRights() {
        let (settings, log) = (settings, log)
        let task = Task { [weak self] in
            var watch = RightsWatch(settings, log)
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: settings.rightsInterval)
                } catch {
                    return  // cancelled: the server stops
                }
                guard let self else { return }
                let all = exchanges.withLock { Array($0.values) }.compactMap { exchange in
                    exchange.running.map { ($0, { exchange.cut($0) }) as RightsWatch.Watched }
                }
                let watched = all + (await operations.watched())
                guard !watched.isEmpty else { continue }
                await watch.look(at: watched) { (caller: Caller) async throws(Failure) in
                    await confined(try await reception.renewed(caller))
                }
            }
        }
        rights.withLock { $0 = task }
    }

    func add(_ exchange: Exchange) { exchanges.withLock { $0[ObjectIdentifier(exchange)] = exchange } }
    func remove(_ exchange: Exchange) { _ = exchanges.withLock { $0.removeValue(forKey: ObjectIdentifier(exchange)) } }

    /// From now on new requests are refused, and streams end with what they hold.
    func beginDraining() {
        draining.store(true, ordering: .releasing)
        rights.withLock { $0?.cancel() }
        for exchange in all { exchange.endStream() }
    }

    /// Some request is being worked on, or some stream is being sent.
    var isBusy: Bool { all.contains { $0.isBusy } }
    /// Some connection waits inside libmicrohttpd for us.
    var hasWaiting: Bool { all.contains { $0.isWaiting } }
    /// Some answer is on its way.
    var isSending: Bool { all.contains { $0.isSending } }

    func abandonAll() {
        for exchange in all { exchange.abandon() }
    }

    private var all: [Exchange] { exchanges.withLock { Array($0.values) } }
}
