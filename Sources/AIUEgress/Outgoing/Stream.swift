internal import AIUSystem
internal import CLinux
internal import Glibc

/// One end of a conversation: a socket that does not block, with TLS over it or not. What cannot be sent yet waits here;
/// whoever sends looks at `isBlocked` and stops until `drained`.
@safe final class Stream {
    enum Event {
        /// A connection that was begun stands.
        case connected
        /// TLS stands.
        case secured
        case readable
        /// Everything was sent.
        case drained
        /// The other end is closed, at a time when nothing was to be read: what it sent before may still be.
        case left
        /// Nothing more can be sent or received, or the connection never stood.
        case gone(String)
    }

    /// What reading brought.
    enum Read {
        /// So many, at the start of the memory that was given.
        case bytes(Int)
        case nothing
        case end
        case failed(String)
    }

    private enum Phase {
        case connecting, handshaking, open, closed
    }

    private var socket: FileDescriptor?
    let raw: Int32
    private let loop: EventLoop
    private var tls: TLSSession?
    private var phase: Phase
    private var output = ByteQueue()
    private var interest: EventLoop.Interest = []
    private var isWatched = false
    private var readNeedsWriting = false
    private var endsAfterOutput = false
    private var hasEndedOutput = false
    private var isPoked = false
    var meter: Meter?
    var handler: ((Event) -> Void)?
    private(set) var lastMove = ContinuousClock.now

    /// Whether what comes is wanted now; the other end waits otherwise.
    var wantsRead = false {
        didSet { if wantsRead != oldValue { updateInterest() } }
    }

    init(_ socket: consuming FileDescriptor, _ loop: EventLoop, isConnecting: Bool) {
        raw = socket.raw
        self.socket = consume socket
        self.loop = loop
        phase = isConnecting ? .connecting : .open
        updateInterest()
    }

    deinit { if isWatched { loop.unwatch(raw) } }

    var isBlocked: Bool { !output.isEmpty }
    var pendingBytes: Int { output.count }
    var isClosed: Bool { phase == .closed }
    var isSecured: Bool { tls != nil }

    /// Speaks TLS from now on.
    func secure(_ session: TLSSession) {
        tls = session
        phase = .handshaking
        updateInterest()
        shakeHands()
    }

    /// Reads once.
    func read(into scratch: Scratch) -> Read {
        guard phase == .open else { return .nothing }
        if let tls {
            switch unsafe tls.read(into: scratch.memory) {
            case .count(let count): return received(count)
            case .wantsRead: return .nothing
            case .wantsWrite:
                readNeedsWriting = true
                updateInterest()
                return .nothing
            case .end: return .end
            case .failed: return .failed(tls.reason)
            }
        }
        while true {
            let count = unsafe Glibc.read(raw, scratch.memory.baseAddress, scratch.memory.count)
            if count > 0 { return received(count) }
            if count == 0 { return .end }
            let code = Errno.current
            if code == .wouldBlock { return .nothing }
            if code != .interrupted { return .failed("\(code)") }
        }
    }

    private func received(_ count: Int) -> Read {
        lastMove = .now
        meter?.countFromGuest(count)
        return .bytes(count)
    }

    func send(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe send($0) } }

    func send(_ scratch: Scratch, _ count: Int) {
        unsafe send(UnsafeRawBufferPointer(rebasing: scratch.memory[..<count]))
    }

    /// Sends what can be sent now and keeps the rest.
    func send(_ bytes: UnsafeRawBufferPointer) {
        guard phase != .closed, !hasEndedOutput else { return }
        guard phase == .open, output.isEmpty else {
            unsafe output.append(bytes)
            return
        }
        let count = unsafe write(bytes)
        guard count < bytes.count else { return }
        unsafe output.append(UnsafeRawBufferPointer(rebasing: bytes[count...]))
        updateInterest()
    }

    /// Sends what holds a secret: nothing of it stays in memory.
    func sendWiping(_ bytes: inout [UInt8]) {
        output.wipes = true
        send(bytes)
        wipe(&bytes)
    }

    /// Says that nothing follows, once everything was sent.
    func end() {
        endsAfterOutput = true
        finishOutput()
    }

    func close() {
        guard phase != .closed else { return }
        if isWatched { loop.unwatch(raw) }
        isWatched = false
        if phase == .open { tls?.end() }
        tls = nil
        phase = .closed
        handler = nil
        output.wipes = true
        output.clear()
        socket = nil
    }

    /// Closes once everything was sent, or soon.
    func closeWhenSent() {
        guard isBlocked else { return close() }
        wantsRead = false
        handler = { [self] event in
            switch event {
            case .drained, .left, .gone: close()
            case .connected, .secured, .readable: break
            }
        }
        loop.after(EgressLimits.connectTime) { [weak self] in self?.close() }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        var sent = 0
        while sent < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
            let count: Int
            if let tls {
                // A failure shows again at the next read.
                guard case .count(let written) = unsafe tls.write(rest) else { break }
                count = written
            } else {
                count = unsafe Glibc.send(raw, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if count < 0, Errno.current == .interrupted { continue }
                guard count > 0 else { break }
            }
            sent += count
        }
        if sent > 0 {
            lastMove = .now
            meter?.countToGuest(sent)
        }
        return sent
    }

    private func flush() {
        guard phase == .open, !output.isEmpty else { return }
        let count = unsafe output.withBytes { unsafe write($0) }
        output.drop(count)
        guard output.isEmpty else { return }
        updateInterest()
        finishOutput()
        handler?(.drained)
    }

    private func finishOutput() {
        guard endsAfterOutput, !hasEndedOutput, output.isEmpty, phase == .open else { return }
        hasEndedOutput = true
        tls?.end()
        _ = shutdown(raw, Int32(SHUT_WR))
    }

    // MARK: Events

    private func updateInterest() {
        guard phase != .closed else { return }
        var wanted: EventLoop.Interest = []
        switch phase {
        case .connecting: wanted = .write
        case .handshaking: wanted = readNeedsWriting ? [.read, .write] : .read
        case .open:
            if wantsRead { wanted.insert(.read) }
            if !output.isEmpty || readNeedsWriting { wanted.insert(.write) }
            // What TLS has read already wakes nobody.
            if wantsRead, tls?.hasPending == true { poke() }
        case .closed: break
        }
        if !isWatched, !wanted.isEmpty {
            interest = wanted
            isWatched = true
            // Only a lack of memory in the kernel lets this fail; the connection then ends by its time limit.
            do throws(SystemError) {
                try loop.watch(raw, wanted) { [unowned self] in serve($0) }
            } catch { isWatched = false }
        } else if isWatched, wanted != interest {
            interest = wanted
            do throws(SystemError) { try loop.rewatch(raw, wanted) } catch { isWatched = false }
        }
    }

    /// Lets the reader look again, without anything new from the kernel.
    func poke() {
        guard !isPoked else { return }
        isPoked = true
        loop.after(.zero) { [weak self] in
            guard let self else { return }
            isPoked = false
            if phase == .open, wantsRead { handler?(.readable) }
        }
    }

    private func serve(_ ready: EventLoop.Ready) {
        switch phase {
        case .closed: return
        case .connecting:
            let code = aiu_socket_error(raw)
            guard code == 0 else { return fail("\(Errno(abs(code)))") }
            guard ready.write else { return }
            phase = .open
            updateInterest()
            flush()
            handler?(.connected)
        case .handshaking:
            if ready.closed { return fail("the connection was closed") }
            shakeHands()
        case .open:
            readNeedsWriting = false
            if ready.write { flush() }
            guard phase == .open else { return }
            if wantsRead, ready.read || tls != nil {
                handler?(.readable)
            } else if ready.closed {
                // The kernel would say it again and again; it is watched anew once somebody wants to read or send.
                loop.unwatch(raw)
                isWatched = false
                let code = aiu_socket_error(raw)
                // What could not be sent until now never can be.
                let isOver = code != 0 || !output.isEmpty
                handler?(isOver ? .gone(code == 0 ? "the other end is gone" : "\(Errno(abs(code)))") : .left)
            }
            if phase == .open { updateInterest() }
        }
    }

    private func shakeHands() {
        guard let tls, phase == .handshaking else { return }
        switch tls.handshake() {
        case .count:
            readNeedsWriting = false
            phase = .open
            updateInterest()
            flush()
            handler?(.secured)
            // What came together with the last of it wakes nobody.
            poke()
        case .wantsRead:
            readNeedsWriting = false
            updateInterest()
        case .wantsWrite:
            readNeedsWriting = true
            updateInterest()
        case .end, .failed: fail(tls.reason)
        }
    }

    private func fail(_ reason: String) {
        if isWatched { loop.unwatch(raw) }
        isWatched = false
        handler?(.gone(reason))
    }
}
