internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Everything that the host holds of one running guest, on the loop's thread.
final class GuestLink {
    private static let longestLine = 4096
    /// An agent connects once; whoever waits behind others is not it.
    private static let backlog: Int32 = 16
    private static let mostComplaints = 32

    let id: VMID
    let directory: String
    let identity: GuestIdentity
    private var connection: ControlConnection?
    /// The connection of an agent that was welcomed; one that was not must be sent nothing else.
    var agent: ControlConnection? { greeted ? connection : nil }
    private let loop: EventLoop
    private var process: BackEndProcess?
    private let pidfd: Int32
    private let listener: FileDescriptor
    private let log: RotatingLog
    private var pings: [UInt64: (sent: ContinuousClock.Instant, finish: (Result<Duration, Failure>) -> Void)] = [:]
    private var configuring: (order: ConfigurationOrder, finish: (Result<ConfiguredAnswer, Failure>) -> Void)?
    /// Of the agent that is connected now.
    private var features: Set<String> = []
    private var greeted = false
    /// Whom the guest shall trust, and what its agent was told last.
    private var authority: (wanted: [UInt8], told: [UInt8]) = ([], [])
    /// The bytes of `card`, likewise.
    private var card: (wanted: [UInt8], told: [UInt8]) = ([], [])
    private var isClosed = false
    private var complaints = 0
    private var connections = Allowance(perSecond: 8, burst: 32)
    private var lastHeartbeat: ContinuousClock.Instant?
    private var lastHeard: ContinuousClock.Instant?
    private let heartbeat: Duration
    private var clock = ClockWatch()
    private let emit: (GuestEvent) -> Void

    init(
        id: VMID, directory: String, identity: GuestIdentity, process: consuming BackEndProcess, loop: EventLoop,
        heartbeat: Duration, emit: @escaping (GuestEvent) -> Void
    ) throws(SystemError) {
        self.id = id
        self.directory = directory
        self.identity = identity
        pidfd = process.pidfd.raw
        self.process = consume process
        self.loop = loop
        self.heartbeat = heartbeat
        self.emit = emit
        log = try RotatingLog(path: identity.logPath)
        listener = try UnixSocket.listen("\(directory)/guest_\(WireProtocol.port)", backlog: Self.backlog)
        try listen()
        try loop.watch(pidfd, .read) { [weak self] _ in self?.backEndEnded() }
    }

    /// Stops listening to the guest and ends its back end.
    func close() {
        isClosed = true
        loop.unwatch(listener.raw)
        loop.unwatch(pidfd)
        disconnect("the VM is being stopped")
        process.take()?.end(loop: loop)
    }

    func ping(nonce: UInt64, limit: Duration, finish: @escaping (Result<Duration, Failure>) -> Void) {
        guard let agent else {
            return finish(.failure(Failure(.unavailable, "the agent is not connected")))
        }
        pings[nonce] = (.now, finish)
        agent.send(Frame(.ping, nonce.littleEndianBytes))
        loop.after(limit) { [weak self] in
            guard let pending = self?.pings.removeValue(forKey: nonce) else { return }
            pending.finish(.failure(Failure(.timedOut, "the agent did not answer within \(limit)")))
        }
    }

    /// Sends the order and waits for its answer; one order at a time.
    func configure(
        _ order: ConfigurationOrder, limit: Duration, finish: @escaping (Result<ConfiguredAnswer, Failure>) -> Void
    ) {
        guard let agent else {
            return finish(.failure(Failure(.unavailable, "the agent is not connected")))
        }
        guard features.contains(WireProtocol.configureFeature) else {
            return finish(
                .failure(
                    Failure(
                        .unsupported,
                        "its agent cannot change its configuration while it runs; stop the VM and apply the change then"
                    )))
        }
        guard configuring == nil else {
            return finish(.failure(Failure(.busy, "the agent is taking another configuration; try again in a moment")))
        }
        configuring = (order, finish)
        agent.send(order.frame)
        loop.after(limit) { [weak self] in
            guard let self, configuring?.order == order else { return }
            configured(.failure(Failure(.timedOut, "the agent did not confirm the configuration within \(limit)")))
        }
    }

    func trust(_ certificate: [UInt8]) {
        authority.wanted = certificate
        tellAuthority()
    }

    func use(_ card: NetworkCard?) {
        let address = card.flatMap { IPAddress(parsing: $0.address) }
        self.card.wanted = address.map { $0.bytes + NetworkCard.gateway.bytes } ?? []
        tellCard()
    }

    private func tellCard() {
        guard let agent, features.contains(WireProtocol.cardFeature), card.wanted != card.told else { return }
        card.told = card.wanted
        agent.send(Frame(.card, card.wanted))
    }

    /// An agent that was just started knows of none; one that dialled anew may know of a former one.
    private func tellAuthority() {
        guard let agent, features.contains(WireProtocol.networkFeature), authority.wanted != authority.told,
            authority.wanted.count <= WireProtocol.longestAuthority
        else { return }
        authority.told = authority.wanted
        agent.send(Frame(.authority, authority.wanted))
    }

    private func configured(_ result: Result<ConfiguredAnswer, Failure>) {
        guard let finish = configuring?.finish else { return }
        configuring = nil
        finish(result)
    }

    /// One connection a turn, and few a second: each costs its supervisor more than it costs a hostile guest.
    private func accept() {
        do {
            guard let socket = try UnixSocket.accept(listener) else { return }
            // A newer connection means that the agent gave the older one up.
            if connection != nil { lose("the agent dialled anew", inOrder: false) }
            connection = try ControlConnection(socket, loop: loop) { [weak self] in self?.receive($0) }
        } catch {
            Log("link").warning("\(id): \(error)")
        }
        let pause = connections.spend(1)
        guard pause > .zero else { return }
        loop.unwatch(listener.raw)
        loop.after(pause) { [weak self] in
            do throws(SystemError) {
                try self?.listen()
            } catch {
                Log("link").error("\(self.map { "\($0.id)" } ?? "-"): the agent cannot connect any more: \(error)")
            }
        }
    }

    private func listen() throws(SystemError) {
        guard !isClosed else { return }
        try loop.watch(listener.raw, .read) { [weak self] _ in self?.accept() }
    }

    /// The connection is over. What never said hello was nobody, and is nobody's loss.
    private func lose(_ reason: String, inOrder: Bool) {
        let wasAgent = greeted
        disconnect(reason)
        if wasAgent { emit(.lost(id, inOrder: inOrder)) }
    }

    /// In the supervisor's log, which a guest must not fill.
    private func complain(_ reason: String) {
        guard complaints < Self.mostComplaints else { return }
        complaints += 1
        let isLast = complaints == Self.mostComplaints
        Log("link").info("\(id): \(reason)\(isLast ? " (and no more of these)" : "")")
    }

    /// A sign of life, told no more often than heartbeats are.
    private func noteSign() {
        guard lastHeard.map({ .now - $0 >= heartbeat }) ?? true else { return }
        lastHeard = .now
        emit(.heard(id))
    }

    private func receive(_ incoming: ControlConnection.Incoming) {
        switch incoming {
        case .hello(let hello):
            greeted = true
            clock = ClockWatch()  // the welcome sets it
            features = Set(hello.features ?? [])
            welcome()
            authority.told = []
            tellAuthority()
            card.told = []
            tellCard()
            emit(.hello(id, hello))
        case .heartbeat(let beat):
            // A guest that floods gets no more attention than one that keeps the pace.
            guard lastHeartbeat.map({ .now - $0 >= heartbeat / 2 }) ?? true else { return }
            lastHeartbeat = .now
            if clock.isBehind(beat, now: .now) {
                let time = UInt64(max(0, Timestamp.now.milliseconds))
                connection?.send(Frame(.clock, time.littleEndianBytes))
            }
            emit(.heartbeat(id, beat))
        case .logs(let records):
            append(records)
            noteSign()
        case .pong(let nonce):
            noteSign()
            guard let pending = pings.removeValue(forKey: nonce) else { return }
            pending.finish(.success(.now - pending.sent))
        case .configured(let answer):
            noteSign()
            // A late answer to an order that nobody waits for any more says nothing: the next hello does.
            guard configuring?.order.revision == answer.revision else { return }
            configured(.success(answer))
        case .goodbye:
            // The agent waits for this to switch off.
            lose("the guest is shutting down", inOrder: true)
        case .ended(let reason):
            complain("the control connection ended: \(reason)")
            lose("the connection to the agent ended", inOrder: false)
        }
    }

    private func welcome() {
        var generator = SystemRandomNumberGenerator()
        let entropy = (0..<4).map { _ in
            let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let welcome = Welcome(
            vmID: id.text, hostname: identity.hostname, clock: Timestamp.now.milliseconds, entropy: entropy.joined(),
            heartbeatMilliseconds: Int(heartbeat / .milliseconds(1)))
        do {
            connection?.send(try Frame(.welcome, encoding: welcome))
        } catch {
            Log("link").error("\(id): \(error)")
        }
    }

    /// One write for all of them: a guest decides how many there are.
    private func append(_ records: [LogRecord]) {
        let now = Timestamp.now
        let lines = records.map { record in
            let text = record.text.harmless(Self.longestLine)
            return "\(now) +\(record.uptime)ms \(record.source) \(record.level): \(text)\n"
        }
        do {
            try log.append(lines.joined())
        } catch {
            Log("link").warning("\(id): \(error)")
        }
    }

    /// Closes the connection and tells all who wait for an answer on it.
    private func disconnect(_ reason: String) {
        connection?.close()
        connection = nil
        features = []
        greeted = false
        configured(.failure(Failure(.unavailable, reason)))
        let waiting = pings.values.map(\.finish)
        pings = [:]
        for finish in waiting { finish(.failure(Failure(.unavailable, reason))) }
    }

    private func backEndEnded() {
        loop.unwatch(pidfd)
        process?.reap()
        emit(.backEndEnded(id))
    }
}
