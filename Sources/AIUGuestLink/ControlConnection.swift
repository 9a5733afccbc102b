internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// The control connection of one guest, on the loop's thread. Never trusts a length, an order or a rate of the guest.
final class ControlConnection {
    /// What came in, already checked.
    enum Incoming {
        case hello(Hello)
        case heartbeat(Heartbeat)
        case logs([LogRecord])
        case pong(UInt64)
        case configured(ConfiguredAnswer)
        case goodbye
        case ended(String)
    }

    /// Bytes that wait for a guest that does not read; beyond this it is cut off.
    private static let longestBacklog = 256 * 1024
    private static let readsPerTurn = 16 * 1024
    private static let mostLogRecords = 1024
    /// An agent's heartbeats and logs need a hundredth of it; a boot's kernel messages come in one burst.
    private static let bytesPerSecond = 512 * 1024
    private static let burst = 1 << 20
    private static let longestText = 256
    private static let longestProblem = 4096
    private static let mostFeatures = 64

    private let socket: FileDescriptor
    private let loop: EventLoop
    private var decoder = FrameDecoder()
    private var backlog: [UInt8] = []
    private var greeted = false
    private var closed = false
    private var isResting = false
    private var allowance = Allowance(perSecond: bytesPerSecond, burst: burst)
    private let handler: (Incoming) -> Void

    init(
        _ socket: consuming FileDescriptor, loop: EventLoop, handler: @escaping (Incoming) -> Void
    ) throws(SystemError) {
        self.socket = socket
        self.loop = loop
        self.handler = handler
        try loop.watch(self.socket.raw, .read) { [weak self] ready in self?.serve(ready) }
    }

    func close() {
        guard !closed else { return }
        closed = true
        loop.unwatch(socket.raw)
        shutdown(socket.raw, Int32(SHUT_RDWR))
    }

    func send(_ frame: Frame) {
        guard !closed else { return }
        guard backlog.count + frame.payload.count <= Self.longestBacklog else {
            end("it does not read what the host sends")
            return
        }
        backlog += frame.encoded
        flush()
    }

    private func serve(_ ready: EventLoop.Ready) {
        if ready.write { flush() }
        // What is unread is lost with a guest that floods and goes.
        if isResting, ready.closed { return end("it closed the connection") }
        guard ready.read, !closed, !isResting else { return }
        do {
            guard let bytes = try socket.read(upTo: Self.readsPerTurn) else { return }
            guard !bytes.isEmpty else { return end("it closed the connection") }
            decoder.feed(bytes)
            while !closed, let frame = try decoder.next() { try receive(frame) }
            if !closed { try rest(for: allowance.spend(bytes.count)) }
        } catch {
            end("\(error)")
        }
    }

    /// A guest that says too much waits in its own memory: what it says is work for a thread that serves all guests.
    private func rest(for pause: Duration) throws(SystemError) {
        guard pause > .zero else { return }
        isResting = true
        try watch()
        loop.after(pause) { [weak self] in
            guard let self, !closed else { return }
            isResting = false
            do throws(SystemError) { try watch() } catch { end("\(error)") }
        }
    }

    private func watch() throws(SystemError) {
        var interest: EventLoop.Interest = isResting ? [] : .read
        if !backlog.isEmpty { interest.insert(.write) }
        try loop.rewatch(socket.raw, interest)
    }

    private func receive(_ frame: Frame) throws {
        guard greeted || frame.kind == .hello else { throw WireError.unexpected(frame.kind) }
        switch frame.kind {
        case .hello where !greeted:
            greeted = true
            handler(.hello(Self.cleaned(try JSONText.decode(Hello.self, from: frame.payload))))
        case .heartbeat:
            handler(.heartbeat(try JSONText.decode(Heartbeat.self, from: frame.payload)))
        case .log:
            let records = try JSONText.decode([LogRecord].self, from: frame.payload)
            handler(.logs(Array(records.prefix(Self.mostLogRecords))))
        case .pong where frame.payload.count == 8:
            handler(.pong(UInt64(littleEndianBytes: frame.payload)))
        case .configured:
            handler(.configured(try ConfiguredAnswer(frame)))
        case .goodbye:
            handler(.goodbye)
        case .hello, .pong, .welcome, .ping, .clock, .shutdown, .configure, .request, .failed, .started, .standardInput,
            .standardInputEnd, .standardOutput, .standardError, .resize, .signal, .exited, .entry, .data, .entryEnd,
            .done, .event, .reply, .authority, .card:
            throw WireError.unexpected(frame.kind)
        }
    }

    private func flush() {
        do {
            while !backlog.isEmpty, let count = try socket.write(backlog) { backlog.removeFirst(count) }
            if !closed { try watch() }
        } catch {
            end("\(error)")
        }
    }

    /// What people and the database see of a hello: bounded, and nothing that drives a terminal.
    private static func cleaned(_ hello: Hello) -> Hello {
        var hello = hello
        hello.agentVersion = hello.agentVersion.harmless(longestText)
        hello.kernel = hello.kernel.harmless(longestText)
        hello.bootID = hello.bootID.harmless(longestText)
        hello.configurationDigest = hello.configurationDigest.harmless(longestText)
        hello.configurationProblem = hello.configurationProblem?.harmless(longestProblem)
        hello.features = hello.features.map { $0.prefix(mostFeatures).map { $0.harmless(longestText) } }
        return hello
    }

    private func end(_ reason: String) {
        guard !closed else { return }
        close()
        handler(.ended(reason))
    }
}

extension UInt64 {
    /// Eight bytes, the least significant first.
    init(littleEndianBytes bytes: [UInt8]) {
        self = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    var littleEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}
