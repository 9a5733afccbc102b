internal import AIUModel
internal import AIUSystem
internal import Synchronization

/// The way to libvirt. A libvirtd that ends takes its connections along, though not the machines: then another connection
/// is opened as soon as somebody answers, and what happened meanwhile is found out.
actor LibvirtLink {
    /// How long a call waits for a libvirtd that is away, counted from when it went.
    private static let patience = Duration.seconds(20)
    /// How long a call waits at least, however long it has been away.
    private static let leastPatience = Duration.milliseconds(500)
    private static let pauseBetweenTries = Duration.milliseconds(200)
    /// libvirtd comes back before it has looked at every machine, and tells nobody about those that it finds dead.
    private static let looks: [Duration] = [.zero, .seconds(1), .seconds(4), .seconds(15)]

    nonisolated let watcher = LifecycleWatcher()
    private let configuration: HypervisorConfiguration
    private let threads: BlockingThreads
    /// The connection in use. Outside the actor, because the first is opened before there is anyone to wait.
    private nonisolated let current = Mutex<Connection?>(nil)
    private let log = Log("libvirt")
    private var lostSince: ContinuousClock.Instant?
    private var lastProblem: LibvirtError?
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiting = 0

    init(_ configuration: HypervisorConfiguration) {
        self.configuration = configuration
        if case .system = configuration.driver {
            // Two calls at once over one connection to a daemon crash libvirt before 10.4 (CVE-2024-4418).
            threads = BlockingThreads(width: 1)
        } else {
            threads = BlockingThreads()
        }
    }

    /// Opens a connection that tells of machines and of its own end. Blocks.
    @discardableResult
    nonisolated func open() throws(LibvirtError) -> Connection {
        let connection = try Connection(uri: configuration.uri)
        if case .system = configuration.driver {
            try connection.watchClosing { [weak self, weak connection] in
                // Only there: libvirt holds a lock meanwhile, which the end of the connection needs too.
                Task {
                    guard let connection else { return }
                    await self?.lost(connection)
                }
            }
        }
        try connection.watchLifecycle(watcher)
        current.withLock { $0 = connection }
        guard connection.isAlive else {
            // Its end may have been told before anybody could know which connection it was.
            current.withLock { $0 = nil }
            throw LibvirtError(
                "open libvirt (\(configuration.uri))", kind: .connectionLost, message: "it ended at once")
        }
        return connection
    }

    /// Learns what runs already, so that its end is noticed even if it is not heard.
    func begin() async {
        if let connection = current.withLock({ $0 }) { await look(connection) }
    }

    /// Carries a call out on a thread for it. One that can be repeated is, when libvirtd ended in the middle of it.
    func run<Value: Sendable>(
        repeatable: Bool, patient: Bool, _ work: @escaping @Sendable (Connection) throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let connection = try await connection(patient)
        do throws(LibvirtError) {
            return try await threads.run { () throws(LibvirtError) in try work(connection) }
        } catch {
            guard !connection.isAlive else { throw error }
            lost(connection)
            guard repeatable else {
                throw LibvirtError(
                    error.attempt, kind: .connectionLost, message: "libvirtd ended in the middle of it; try again")
            }
        }
        let next = try await self.connection(patient)
        return try await threads.run { () throws(LibvirtError) in try work(next) }
    }

    private func connection(_ patient: Bool) async throws(LibvirtError) -> Connection {
        if let connection = current.withLock({ $0 }) {
            if connection.isAlive { return connection }
            lost(connection)
        }
        if patient { await waitForNext() }
        if let connection = current.withLock({ $0 }) { return connection }
        let why = lastProblem?.message ?? "it has just ended"
        throw LibvirtError(
            "reach libvirtd (running VMs go on, and aiud tries again all the time)", kind: .connectionLost, message: why
        )
    }

    private func waitForNext() async {
        let away = lostSince.map { ContinuousClock.now - $0 } ?? .zero
        let limit = max(Self.leastPatience, Self.patience - away)
        let number = nextWaiting
        nextWaiting += 1
        let timer = Task {
            try? await Task.sleep(for: limit)  // cancelled when it is over anyway
            self.wake(number)
        }
        await withCheckedContinuation { waiting[number] = $0 }
        timer.cancel()
    }

    private func wake(_ number: Int) { waiting.removeValue(forKey: number)?.resume() }

    private func lost(_ connection: Connection) {
        let wasCurrent = current.withLock { current in
            guard current === connection else { return false }
            current = nil
            return true
        }
        guard wasCurrent else { return }
        lostSince = .now
        lastProblem = nil
        log.warning("libvirtd is gone; the machines go on, and aiud waits for the next one")
        Task { [weak self] in
            // Not held while it waits: a hypervisor that nobody needs any more may go.
            while let self, await !self.reopen() { await self.pause(Self.pauseBetweenTries) }
        }
    }

    private func pause(_ duration: Duration) async {
        try? await Task.sleep(for: duration)  // nobody cancels it, and waking early does no harm
    }

    /// False when nobody answers yet.
    private func reopen() async -> Bool {
        let connection: Connection
        do throws(LibvirtError) {
            connection = try await threads.run { () throws(LibvirtError) in try self.open() }
        } catch {
            lastProblem = error
            return false
        }
        lostSince = nil
        log.warning("libvirtd is back")
        for number in waiting.keys.sorted() { wake(number) }
        Task { [weak self] in
            for duration in Self.looks {
                await self?.pause(duration)
                await self?.look(connection)
            }
        }
        return true
    }

    private func look(_ connection: Connection) async {
        let believed = watcher.running
        do throws(LibvirtError) {
            let (running, stalled) = try await threads.run { () throws(LibvirtError) in
                (try connection.runningNames(), try connection.stalledNames())
            }
            watcher.saw(running: running, stalled: stalled, believed: believed)
        } catch {
            // The next connection begins with a look of its own.
            log.debug("\(error)")
        }
    }
}
