internal import AIUSystem
internal import Glibc

/// Carries bytes between a terminal and a VM's serial port until one of them ends it.
package struct ConsoleSession: ~Copyable {
    /// Why it is over.
    package enum Ending: Equatable, Sendable {
        /// The person typed the way out.
        case left
        /// The port's far end closed.
        case ended
    }

    /// Ctrl-]
    package static let wayOut: UInt8 = 0x1D
    /// What was typed and not taken yet; when there is this much, no more is read.
    private static let mostPending = 64 * 1024

    private let socket: FileDescriptor
    private let input: Int32
    private let output: Int32
    private let signals: SignalSource?
    private let purpose: String
    private var pending: [UInt8] = []
    private var isLeaving = false

    /// Takes over the socket; `first` came on it already.
    package init(
        socket: Int32, first: [UInt8], input: Int32, output: Int32, signals: SignalSource?, purpose: String
    ) throws(ClientError) {
        self.socket = FileDescriptor(owning: socket)
        self.input = input
        self.output = output
        self.signals = signals
        self.purpose = purpose
        try show(first)
    }

    package mutating func run() throws(ClientError) -> Ending {
        while !isLeaving {
            try flush()
            var items = [
                pollfd(fd: socket.raw, events: Int16(pending.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0),
                pollfd(fd: signals?.raw ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: pending.count < Self.mostPending ? input : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&items, nfds_t(items.count), -1) > 0 else { continue }
            if items[1].revents != 0 { try checkSignals() }
            if items[2].revents != 0 { readInput() }
            guard items[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { continue }
            guard let bytes = try receive() else { continue }
            if bytes.isEmpty { return .ended }
            try show(bytes)
        }
        return .left
    }

    private func checkSignals() throws(ClientError) {
        if let signal = signals?.take() { throw .interrupted(signal: signal) }
    }

    private func receive() throws(ClientError) -> [UInt8]? {
        do throws(SystemError) { return try socket.read(upTo: 64 * 1024) } catch {
            throw .connectionLost(request: purpose, reason: error.code.description)
        }
    }

    private mutating func readInput() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(input, &buffer, buffer.count)
        if count < 0, Errno.current == .wouldBlock || Errno.current == .interrupted { return }
        // A terminal that has gone types no more; nobody is left to see the console either.
        guard count > 0 else {
            isLeaving = true
            return
        }
        let typed = buffer[..<count]
        pending += typed.prefix { $0 != Self.wayOut }
        isLeaving = typed.contains(Self.wayOut)
    }

    private mutating func flush() throws(ClientError) {
        var sent = 0
        while sent < pending.count {
            do throws(SystemError) {
                guard let count = try socket.write(pending, from: sent) else { break }
                sent += count
            } catch {
                // The end of the port is told by its reading side.
                sent = pending.count
            }
        }
        pending.removeFirst(sent)
    }

    /// Waits for the terminal, but not so that signals go unheard.
    private func show(_ bytes: [UInt8]) throws(ClientError) {
        var offset = 0
        while offset < bytes.count {
            var items = [
                pollfd(fd: output, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: signals?.raw ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&items, nfds_t(items.count), -1) > 0 else { continue }
            if items[1].revents != 0 { try checkSignals() }
            guard items[0].revents != 0 else { continue }
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(output, buffer.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            if count >= 0 {
                offset += count
                continue
            }
            let code = Errno.current
            if code == .brokenPipe { throw .outputClosed }
            if code != .wouldBlock, code != .interrupted {
                throw .system(SystemError("write to the terminal", code: code))
            }
        }
    }
}
