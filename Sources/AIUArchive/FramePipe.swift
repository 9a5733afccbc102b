package import AIUSystem
package import AIUWire
internal import Glibc

/// Our end of the socket to a client: frames both ways, and a limit on every wait.
package struct FramePipe: ~Copyable, Sendable {
    private let socket: FileDescriptor
    private let patience: Duration
    private let cancellation: Cancellation
    private var decoder = FrameDecoder()

    package init(
        _ socket: consuming FileDescriptor, patience: Duration, cancellation: Cancellation
    ) throws(SystemError) {
        try socket.setNonBlocking()
        self.socket = socket
        self.patience = patience
        self.cancellation = cancellation
    }

    package func send(_ frame: Frame) throws(ArchiveError) {
        let bytes = frame.encoded
        var done = 0
        // A client that always takes would never let us wait.
        if frame.kind == .data { try requireWanted(.write) }
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                return unsafe Glibc.send(socket.raw, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                done += count
                continue
            }
            switch Errno.current {
            case .interrupted: continue
            case .wouldBlock: try wait(for: POLLOUT, .write)
            case .brokenPipe, .connectionReset: throw Self.left(.write)
            case let code: throw ArchiveError(.write, .system(SystemError("send", code: code)))
            }
        }
    }

    package mutating func receive() throws(ArchiveError) -> Frame {
        try requireWanted(.read)
        while true {
            do throws(WireError) {
                if let frame = try decoder.next() { return frame }
            } catch {
                throw .malformed("the client does not follow the protocol (\(error))")
            }
            let part: [UInt8]?
            do throws(SystemError) {
                part = try socket.read(upTo: ArchiveFormat.pieceSize)
            } catch {
                if error.code == .connectionReset { throw Self.left(.read) }
                throw ArchiveError(.read, .system(error))
            }
            guard let part else {
                try wait(for: POLLIN, .read)
                continue
            }
            guard !part.isEmpty else { throw Self.left(.read) }
            decoder.feed(part)
        }
    }

    private func wait(for events: Int32, _ attempt: ArchiveError.Attempt) throws(ArchiveError) {
        let deadline = ContinuousClock.now + patience
        while true {
            try requireWanted(attempt)
            var interest = pollfd(fd: socket.raw, events: Int16(events), revents: 0)
            // In short parts, so that a cancellation is seen soon.
            let ready = unsafe poll(&interest, 1, Self.glance)
            if ready > 0 { return }
            let code = Errno.current
            if ready < 0, code != .interrupted {
                throw ArchiveError(attempt, .system(SystemError("wait for the client", code: code)))
            }
            if ContinuousClock.now >= deadline { throw ArchiveError(attempt, .stalled(patience)) }
        }
    }

    private func requireWanted(_ attempt: ArchiveError.Attempt) throws(ArchiveError) {
        guard !cancellation.isCancelled else {
            throw ArchiveError(attempt, .abandoned("the supervisor ends; try again when it is back"))
        }
    }

    private static let glance: Int32 = 100

    private static func left(_ attempt: ArchiveError.Attempt) -> ArchiveError {
        ArchiveError(attempt, .abandoned("the client went away"))
    }
}
