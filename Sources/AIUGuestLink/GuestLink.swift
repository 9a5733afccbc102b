internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Everything that the host holds of one running guest, on the loop's thread.
final class GuestLink {
    private static let mostFeatures = 64

    let id: VMID
    let directory: String
    let identity: GuestIdentity
    private(set) var connection: ControlConnection?
    private let loop: EventLoop
    private let process: BackEndProcess
    private let listener: FileDescriptor
    private let log: RotatingLog
    private var pings: [UInt64: (sent: ContinuousClock.Instant, finish: (Result<Duration, Failure>) -> Void)] = [:]
    private var configuring: (order: ConfigurationOrder, finish: (Result<ConfiguredAnswer, Failure>) -> Void)?
    /// Of the agent that is connected now.
    private var features: Set<String> = []
    private var lastHeartbeat: ContinuousClock.Instant?
    private let heartbeat: Duration
    private let emit: (GuestEvent) -> Void

    init(
        id: VMID, directory: String, identity: GuestIdentity, process: consuming BackEndProcess, loop: EventLoop,
        heartbeat: Duration, emit: @escaping (GuestEvent) -> Void
    ) throws(SystemError) {
        self.id = id
        self.directory = directory
        self.identity = identity
        self.process = process
        self.loop = loop
        self.heartbeat = heartbeat
        self.emit = emit
        log = try RotatingLog(path: identity.logPath)
        listener = try UnixSocket.listen("\(directory)/guest_\(WireProtocol.port)")
        try loop.watch(listener.raw, .read) { [weak self] _ in self?.accept() }
        try loop.watch(self.process.pidfd.raw, .read) { [weak self] _ in self?.backEndEnded() }
    }

    /// Stops listening to the guest and ends its back end.
    func close() {
        loop.unwatch(listener.raw)
        loop.unwatch(process.pidfd.raw)
        disconnect("the VM is being stopped")
        do {
            try process.signal(SIGKILL)
        } catch {
            Log("link").warning("\(id): \(error)")
        }
        // A killed child is reaped at once or, when the kernel is slower than we are, by the next close.
        ProcessHandle.reap(process.pidfd)
    }

    func ping(nonce: UInt64, limit: Duration, finish: @escaping (Result<Duration, Failure>) -> Void) {
        guard let connection else {
            return finish(.failure(Failure(.unavailable, "the agent is not connected")))
        }
        pings[nonce] = (.now, finish)
        connection.send(Frame(.ping, nonce.littleEndianBytes))
        loop.after(limit) { [weak self] in
            guard let pending = self?.pings.removeValue(forKey: nonce) else { return }
            pending.finish(.failure(Failure(.timedOut, "the agent did not answer within \(limit)")))
        }
    }

    /// Sends the order and waits for its answer; one order at a time.
    func configure(
        _ order: ConfigurationOrder, limit: Duration, finish: @escaping (Result<ConfiguredAnswer, Failure>) -> Void
    ) {
        guard let connection else {
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
        connection.send(order.frame)
        loop.after(limit) { [weak self] in
            guard let self, configuring?.order == order else { return }
            configured(.failure(Failure(.timedOut, "the agent did not confirm the configuration within \(limit)")))
        }
    }

    private func configured(_ result: Result<ConfiguredAnswer, Failure>) {
        guard let finish = configuring?.finish else { return }
        configuring = nil
        finish(result)
    }

    private func accept() {
        do {
            while let socket = try UnixSocket.accept(listener) {
                // A newer connection means that the agent gave the older one up.
                if connection != nil {
                    disconnect("the agent dialled anew")
                    emit(.lost(id, inOrder: false))
                }
                connection = try ControlConnection(socket, loop: loop) { [weak self] in self?.receive($0) }
            }
        } catch {
            Log("link").warning("\(id): \(error)")
        }
    }

    private func receive(_ incoming: ControlConnection.Incoming) {
        switch incoming {
        case .hello(let hello):
            features = Set((hello.features ?? []).prefix(Self.mostFeatures))
            welcome()
            emit(.hello(id, hello))
        case .heartbeat(let beat):
            // A guest that floods gets no more attention than one that keeps the pace.
            guard lastHeartbeat.map({ .now - $0 >= heartbeat / 2 }) ?? true else { return }
            lastHeartbeat = .now
            emit(.heartbeat(id, beat))
        case .logs(let records):
            for record in records { append(record) }
        case .pong(let nonce):
            guard let pending = pings.removeValue(forKey: nonce) else { return }
            pending.finish(.success(.now - pending.sent))
        case .configured(let answer):
            // A late answer to an order that nobody waits for any more says nothing: the next hello does.
            guard configuring?.order.revision == answer.revision else { return }
            configured(.success(answer))
        case .goodbye:
            // The agent waits for this to switch off.
            disconnect("the guest is shutting down")
            emit(.lost(id, inOrder: true))
        case .ended(let reason):
            disconnect("the connection to the agent ended")
            Log("link").info("\(id): the control connection ended: \(reason)")
            emit(.lost(id, inOrder: false))
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

    private func append(_ record: LogRecord) {
        let text = String(
            String.UnicodeScalarView(record.text.unicodeScalars.prefix(4096).map { $0.isControl ? " " : $0 }))
        do {
            try log.append("\(Timestamp.now) +\(record.uptime)ms \(record.source) \(record.level): \(text)\n")
        } catch {
            Log("link").warning("\(id): \(error)")
        }
    }

    /// Closes the connection and tells all who wait for an answer on it.
    private func disconnect(_ reason: String) {
        connection?.close()
        connection = nil
        features = []
        configured(.failure(Failure(.unavailable, reason)))
        let waiting = pings.values.map(\.finish)
        pings = [:]
        for finish in waiting { finish(.failure(Failure(.unavailable, reason))) }
    }

    private func backEndEnded() {
        loop.unwatch(process.pidfd.raw)
        ProcessHandle.reap(process.pidfd)
        emit(.backEndEnded(id))
    }
}

extension Unicode.Scalar {
    /// Would move a terminal's cursor or forge a line.
    var isControl: Bool { value < 32 || (127..<160).contains(value) }
}
