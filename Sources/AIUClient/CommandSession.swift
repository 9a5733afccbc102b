internal import AIUJSON
internal import AIUSystem
package import AIUWire
internal import Glibc

/// Carries a running command's input, output, signals and terminal size between this process and the VM.
package struct CommandSession: ~Copyable {
    /// Input that the VM has not taken yet; when there is this much, no more is read.
    private static let mostPending = 256 * 1024
    /// So often a person may interrupt before the command is left behind.
    private static let mostInterrupts = 3
    /// A pipe that is ready takes this much without blocking.
    private static let pipeChunk = 4096

    private var stream: OperationStream
    private let input: Int32?
    private let output: Int32
    private let error: Int32
    private let terminal: RawTerminal?
    private let signals: SignalSource?
    private let purpose: String

    private var pending: [UInt8] = []
    private var inputEnded = false
    private var interrupts = 0

    package init(
        _ stream: consuming OperationStream, input: Int32?, output: Int32 = STDOUT_FILENO,
        error: Int32 = STDERR_FILENO, terminal: RawTerminal? = nil, signals: SignalSource? = nil, purpose: String
    ) {
        self.stream = stream
        self.input = input
        self.output = output
        self.error = error
        self.terminal = terminal
        self.signals = signals
        self.purpose = purpose
    }

    /// Returns when the command has ended and all of its output is written.
    package mutating func run() throws(ClientError) -> ExitReport {
        while true {
            if let report = try handleFrames() { return report }
            try flush()
            try waitAndRead()
        }
    }

    private mutating func handleFrames() throws(ClientError) -> ExitReport? {
        while true {
            let frame: Frame?
            do throws(WireError) {
                frame = try stream.decoder.next()
            } catch {
                throw .malformed(request: purpose, reason: error.description)
            }
            guard let frame else { return nil }
            switch frame.kind {
            case .standardOutput: try write(frame.payload, to: output)
            case .standardError: try write(frame.payload, to: error)
            case .exited:
                do throws(JSONError) {
                    return try JSONText.decode(ExitReport.self, from: frame.payload)
                } catch {
                    throw .malformed(request: purpose, reason: error.description)
                }
            case .failed: throw OperationStream.refusal(frame, during: purpose)
            case .started: break
            case .hello, .welcome, .heartbeat, .log, .ping, .pong, .clock, .shutdown, .goodbye, .configure, .configured,
                .authority, .card,
                .request,
                .standardInput, .standardInputEnd, .resize, .signal, .entry, .data, .entryEnd, .done, .event, .reply:
                throw .malformed(request: purpose, reason: WireError.unexpected(frame.kind).description)
            }
        }
    }

    /// Sends as much of what is pending as goes without waiting.
    private mutating func flush() throws(ClientError) {
        var sent = 0
        while sent < pending.count {
            do throws(SystemError) {
                guard let count = try stream.socket.write(pending, from: sent) else { break }
                sent += count
            } catch {
                guard error.code == .brokenPipe || error.code == .connectionReset else { throw .system(error) }
                // The command has ended; its last output and its status are still to be read.
                sent = pending.count
                inputEnded = true
            }
        }
        pending.removeFirst(sent)
    }

    private mutating func waitAndRead() throws(ClientError) {
        var items = [pollfd(fd: stream.socket.raw, events: Int16(POLLIN), revents: 0)]
        if !pending.isEmpty { items[0].events |= Int16(POLLOUT) }
        items.append(pollfd(fd: signals?.raw ?? -1, events: Int16(POLLIN), revents: 0))
        let reads = !inputEnded && pending.count < Self.mostPending
        items.append(pollfd(fd: reads ? input ?? -1 : -1, events: Int16(POLLIN), revents: 0))
        guard unsafe poll(&items, nfds_t(items.count), -1) > 0 else { return }
        if items[1].revents != 0 { try handleSignals() }
        if items[2].revents != 0, let input { readInput(input) }
        guard items[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return }
        do throws(SystemError) {
            guard let bytes = try stream.socket.read(upTo: 2 * WireProtocol.longestPayload) else { return }
            if !bytes.isEmpty {
                stream.decoder.feed(bytes)
                return
            }
        } catch {
            throw .connectionLost(request: purpose, reason: error.code.description)
        }
        throw .connectionLost(request: purpose, reason: "the VM or aiud closed it before the command had ended")
    }

    private mutating func readInput(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: WireProtocol.longestPayload)
        let count = unsafe read(descriptor, &buffer, buffer.count)
        if count > 0 {
            pending += Frame(.standardInput, Array(buffer[..<count])).encoded
        } else if count == 0 || (Errno.current != .wouldBlock && Errno.current != .interrupted) {
            // An input that cannot be read any more has ended as far as the command is concerned.
            pending += Frame(.standardInputEnd).encoded
            inputEnded = true
        }
    }

    private mutating func handleSignals() throws(ClientError) {
        while let signal = signals?.take() {
            switch signal {
            case SIGWINCH:
                if terminal != nil { resize() }
            case SIGTSTP, SIGCONT:
                guard let terminal else { break }
                if signal == SIGTSTP { terminal.suspend() } else { terminal.enter() }
                resize()
            case SIGHUP:
                // Nobody is left to see the command's output; closing the stream ends it.
                throw .interrupted(signal: signal)
            case _:
                interrupts += 1
                if interrupts >= Self.mostInterrupts { throw .interrupted(signal: signal) }
                pending += Frame(.signal, [UInt8(truncatingIfNeeded: signal)]).encoded
            }
        }
    }

    private mutating func resize() {
        let size = RawTerminal.size(of: output)
        let bytes = [size.rows, size.columns].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        pending += Frame(.resize, bytes).encoded
    }

    /// Waits for the reader of our output, but not so that signals go unheard.
    private mutating func write(_ bytes: [UInt8], to descriptor: Int32) throws(ClientError) {
        var information = stat()
        let isFile = unsafe fstat(descriptor, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
        var offset = 0
        while offset < bytes.count {
            var items = [
                pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: signals?.raw ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&items, nfds_t(items.count), -1) > 0 else { continue }
            if items[1].revents != 0 {
                try handleSignals()
                try flush()
            }
            guard items[0].revents != 0 else { continue }
            let length = isFile ? bytes.count - offset : min(Self.pipeChunk, bytes.count - offset)
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + offset }, length)
            }
            if count >= 0 {
                offset += count
                continue
            }
            let code = Errno.current
            if code == .brokenPipe { throw .outputClosed }
            if code != .wouldBlock, code != .interrupted {
                throw .system(SystemError("write the command's output", code: code))
            }
        }
    }
}
