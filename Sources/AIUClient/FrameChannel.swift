internal import AIUJSON
internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Frames both ways over an upgraded connection, each wait bounded and ended by signals.
struct FrameChannel: ~Copyable {
    private var stream: OperationStream
    /// How long nothing may move.
    private let idleLimit: Duration
    private let signals: SignalSource?
    private let purpose: String

    init(_ stream: consuming OperationStream, idleLimit: Duration, signals: SignalSource?, purpose: String) {
        self.stream = stream
        self.idleLimit = idleLimit
        self.signals = signals
        self.purpose = purpose
    }

    /// Sends a frame; one that comes in meanwhile is a refusal, which is thrown, or does not belong here.
    mutating func write(_ frame: Frame) throws(ClientError) { try send(frame, listening: true) }

    /// Sends a frame to somebody who may be speaking, too: what comes in meanwhile is the next to be handed out.
    mutating func answer(_ frame: Frame) throws(ClientError) { try send(frame, listening: false) }

    private mutating func send(_ frame: Frame, listening: Bool) throws(ClientError) {
        let bytes = frame.encoded
        var offset = 0
        while offset < bytes.count {
            if listening {
                // Who refuses says so at once: sending gigabytes to it would be for nothing.
                try read()
                if let frame = try decode() { throw unexpected(frame) }
            }
            do throws(SystemError) {
                if let count = try stream.socket.write(bytes, from: offset) {
                    offset += count
                    continue
                }
            } catch {
                throw try reason(of: error)
            }
            try wait(listening ? POLLOUT | POLLIN : POLLOUT)
        }
    }

    /// The next frame; a refusal is thrown.
    mutating func next() throws(ClientError) -> Frame {
        while true {
            if let frame = try decode() { return frame }
            if try !read() { try wait(POLLIN) }
        }
    }

    func unexpected(_ frame: Frame) -> ClientError {
        .malformed(request: purpose, reason: WireError.unexpected(frame.kind).description)
    }

    /// The other side may have said why before it closed.
    private mutating func reason(of error: SystemError) throws(ClientError) -> ClientError {
        while try read() { _ = try decode() }
        return .connectionLost(request: purpose, reason: error.code.description)
    }

    private func wait(_ events: Int32) throws(ClientError) {
        try Patience(limit: idleLimit, signals: signals).wait(for: stream.socket.raw, events, during: purpose)
    }

    /// Reads what is there without waiting; false when nothing is.
    @discardableResult
    private mutating func read() throws(ClientError) -> Bool {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try stream.socket.read(upTo: 2 * WireProtocol.longestPayload)
        } catch {
            throw .connectionLost(request: purpose, reason: error.code.description)
        }
        guard let bytes else { return false }
        guard !bytes.isEmpty else {
            throw .connectionLost(request: purpose, reason: "the other side closed it before everything was there")
        }
        stream.decoder.feed(bytes)
        return true
    }

    /// The next frame that was read already; a refusal is thrown.
    private mutating func decode() throws(ClientError) -> Frame? {
        let frame: Frame?
        do throws(WireError) {
            frame = try stream.decoder.next()
        } catch {
            throw .malformed(request: purpose, reason: error.description)
        }
        if let frame, frame.kind == .failed { throw OperationStream.refusal(frame, during: purpose) }
        return frame
    }
}
