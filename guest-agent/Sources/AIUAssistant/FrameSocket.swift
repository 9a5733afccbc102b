internal import AIUSystem
internal import AIUWire
internal import Glibc

/// Frames both ways over a blocking socket, with waits that end.
final class FrameSocket {
    private let socket: FileDescriptor
    private var decoder = FrameDecoder()
    private let purpose: String

    init(_ socket: consuming FileDescriptor, purpose: String) {
        self.socket = socket
        self.purpose = purpose
    }

    func send(_ frame: Frame) throws(AssistantError) {
        do throws(SystemError) {
            try socket.writeAll(frame.encoded)
        } catch {
            throw .connection(purpose, "\(error)")
        }
    }

    func send(_ kind: FrameKind, encoding message: some Encodable) throws(AssistantError) {
        let frame: Frame
        do throws(WireError) {
            frame = try Frame(kind, encoding: message)
        } catch {
            throw .connection(purpose, "\(error)")
        }
        try send(frame)
    }

    /// The next frame; nil when none came within the limit.
    func next(within limit: Duration) throws(AssistantError) -> Frame? {
        let end = ContinuousClock.now + limit
        while true {
            if let frame = try decode() { return frame }
            let left = max(.zero, end - .now)
            var entry = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(clamping: Int64(left / .milliseconds(1)) + 1)
            let ready = unsafe poll(&entry, 1, milliseconds)
            guard ready != 0 else { return nil }
            if ready > 0 { try read() }
        }
    }

    private func decode() throws(AssistantError) -> Frame? {
        do throws(WireError) {
            return try decoder.next()
        } catch {
            throw .connection(purpose, "\(error)")
        }
    }

    private func read() throws(AssistantError) {
        let bytes: [UInt8]
        do throws(SystemError) {
            // Nothing, when a wait ended for no reason.
            guard let received = try socket.read(upTo: 2 * WireProtocol.longestPayload) else { return }
            bytes = received
        } catch {
            throw .connection(purpose, "\(error)")
        }
        guard !bytes.isEmpty else { throw .closed(purpose) }
        decoder.feed(bytes)
    }
}
