internal import AIUSystem
package import AIUTransfer
package import AIUWire
internal import Glibc

/// Moves a file or a tree over a stream to a VM's agent.
package struct TransferSession: ~Copyable {
    private var stream: OperationStream
    /// How long nothing may move.
    private let idleLimit: Duration
    private let signals: SignalSource?
    private let purpose: String

    package init(
        _ stream: consuming OperationStream, idleLimit: Duration, signals: SignalSource?, purpose: String
    ) {
        self.stream = stream
        self.idleLimit = idleLimit
        self.signals = signals
        self.purpose = purpose
    }

    /// Sends everything and waits for the agent to confirm it.
    package mutating func send(
        _ sender: TreeSender, moved: (TransferSummary) -> Void
    ) throws -> TransferSummary {
        while let frame = try sender.nextFrame() {
            try write(frame)
            moved(sender.summary)
        }
        let frame = try nextFrame()
        guard frame.kind == .done else { throw unexpected(frame) }
        var summary = try frame.message(as: TransferSummary.self)
        summary.warnings = sender.summary.warnings
        return summary
    }

    /// Takes everything that the agent sends.
    package mutating func receive(
        _ receiver: TreeReceiver, moved: (UInt64) -> Void
    ) throws -> TransferSummary {
        var bytes: UInt64 = 0
        while true {
            let frame = try nextFrame()
            if frame.kind == .data { bytes += UInt64(frame.payload.count) }
            switch try receiver.receive(frame) {
            case .finished(let summary): return summary
            case .more: moved(bytes)
            }
        }
    }

    private func unexpected(_ frame: Frame) -> ClientError {
        .malformed(request: purpose, reason: WireError.unexpected(frame.kind).description)
    }

    private func wait(_ events: Int32) throws(ClientError) {
        try Patience(limit: idleLimit, signals: signals).wait(for: stream.socket.raw, events, during: purpose)
    }

    private mutating func write(_ frame: Frame) throws {
        let bytes = frame.encoded
        var offset = 0
        while offset < bytes.count {
            // An agent that refuses says so at once: sending gigabytes to it would be for nothing.
            try read()
            if let frame = try decode() { throw unexpected(frame) }
            do throws(SystemError) {
                if let count = try stream.socket.write(bytes, from: offset) {
                    offset += count
                    continue
                }
            } catch {
                throw ClientError.connectionLost(request: purpose, reason: error.code.description)
            }
            try wait(POLLOUT | POLLIN)
        }
    }

    private mutating func nextFrame() throws -> Frame {
        while true {
            if let frame = try decode() { return frame }
            if try !read() { try wait(POLLIN) }
        }
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
            throw .connectionLost(request: purpose, reason: "the VM or aiud closed it before the copy was complete")
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
