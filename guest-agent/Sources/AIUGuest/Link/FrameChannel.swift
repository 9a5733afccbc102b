internal import AIUSystem
internal import AIUWire
internal import Glibc

/// A connection that carries frames, on the loop: never blocks, holds little, pushes back.
final class FrameChannel {
    /// Above this the sources of output stop reading.
    static let fullAbove = 64 * 1024

    private let loop: EventLoop
    private let scratch: Scratch
    private let raw: Int32
    private var socket: Handle?
    private var decoder = FrameDecoder()
    private var queue = OutputQueue()
    private var interest: EventLoop.Interest = []
    private var reading = true
    private var finishing = false
    private var inputEnded = false

    /// A whole frame came; throwing ends the connection.
    var onFrame: ((Frame) throws -> Void)?
    /// There is room for output again.
    var onDrained: (() -> Void)?
    /// The connection is over: nil when the other end closed it, otherwise what is wrong. Called once, not after `close`.
    var onEnd: ((String?) -> Void)?
    /// The connection is gone after `finish` or `close`, or after `onEnd`.
    var onClosed: (() -> Void)?

    init(_ socket: consuming FileDescriptor, loop: EventLoop, scratch: Scratch) throws(SystemError) {
        try socket.setNonBlocking()
        raw = socket.raw
        self.loop = loop
        self.scratch = scratch
        self.socket = Handle(socket)
        interest = .read
        try loop.watch(raw, interest) { [weak self] ready in self?.serve(ready) }
    }

    var isOpen: Bool { socket != nil }
    var hasRoom: Bool { queue.count < Self.fullAbove }
    var isFlushed: Bool { queue.count == 0 }

    func send(_ kind: FrameKind, _ payload: [UInt8] = []) { send(Frame(kind, payload)) }

    func send(_ kind: FrameKind, encoding message: some Encodable) throws(WireError) {
        send(try Frame(kind, encoding: message))
    }

    func send(_ frame: Frame) {
        guard isOpen, !finishing else { return }
        queue.append(frame.encoded)
        flush()
    }

    /// Reads once from a file and sends on what came, at most `limit` bytes of it. The count read: 0 at the end, nil
    /// when there is nothing yet. Nothing is allocated while the connection takes everything.
    func forward(_ file: borrowing FileDescriptor, as kind: FrameKind, limit: Int) throws(SystemError) -> Int? {
        guard let count = unsafe try file.read(into: scratch.payload) else { return nil }
        let wanted = min(count, limit)
        guard wanted > 0, let socket, !finishing else { return count }
        let frame = unsafe scratch.frame(kind, payloadLength: wanted)
        var sent = 0
        if queue.count == 0 {
            do throws(SystemError) {
                sent = unsafe try socket.file.write(frame) ?? 0
            } catch {
                end("\(error)")
                return count
            }
        }
        if sent < wanted + WireProtocol.headerLength {
            unsafe queue.append([UInt8](frame[sent...]))
            update()
        }
        return count
    }

    /// Stops or resumes reading; an end of the connection is noticed all the same.
    func setReading(_ wanted: Bool) {
        guard reading != wanted else { return }
        reading = wanted
        update()
        // Frames that had arrived before the stop.
        if wanted { dispatch() }
    }

    /// Sends what is queued, says the last word, and closes once the other end has closed too.
    func finish(within limit: Duration) {
        guard isOpen, !finishing else { return }
        finishing = true
        reading = true
        onFrame = nil
        onDrained = nil
        loop.after(limit) { [weak self] in self?.close() }
        flush()
    }

    func close() {
        guard isOpen else { return }
        loop.unwatch(raw)
        socket = nil
        queue = OutputQueue()
        onFrame = nil
        onDrained = nil
        onEnd = nil
        let closed = onClosed
        onClosed = nil
        closed?()
    }

    private func serve(_ ready: EventLoop.Ready) {
        if ready.write { flush() }
        guard isOpen else { return }
        if reading, ready.read {
            receive()
        } else if !reading, ready.hangup {
            end(nil)
        }
    }

    private func receive() {
        guard let socket else { return }
        do {
            guard let count = unsafe try socket.file.read(into: scratch.bytes) else { return }
            guard count > 0 else { return end(nil) }
            guard !finishing, !answerPing(count) else { return }
            unsafe decoder.feed([UInt8](scratch.bytes[..<count]))
            dispatch()
        } catch {
            end("\(error)")
        }
    }

    private func dispatch() {
        do {
            while reading, isOpen, !finishing, let frame = try decoder.next() { try onFrame?(frame) }
        } catch {
            end("\(error)")
        }
    }

    /// The fast path: a ping that came alone goes back out of the buffer that it came in.
    private func answerPing(_ count: Int) -> Bool {
        let length = WireProtocol.headerLength + 8
        guard count == length, decoder.pendingBytes == 0, queue.count == 0, let socket else { return false }
        guard unsafe scratch.bytes[0] == 8, unsafe scratch.bytes[4] == FrameKind.ping.rawValue else { return false }
        guard unsafe scratch.bytes[1] | scratch.bytes[2] | scratch.bytes[3] == 0 else { return false }
        unsafe scratch.bytes[4] = FrameKind.pong.rawValue
        let frame = unsafe UnsafeRawBufferPointer(rebasing: scratch.bytes[..<length])
        do throws(SystemError) {
            let sent = unsafe try socket.file.write(frame) ?? 0
            if sent < length {
                unsafe queue.append([UInt8](frame[sent...]))
                update()
            }
        } catch {
            end("\(error)")
        }
        return true
    }

    private func flush() {
        guard let socket else { return }
        let wasFull = !hasRoom
        do throws(SystemError) {
            try queue.write(to: socket.file)
        } catch {
            return end("\(error)")
        }
        if finishing, queue.count == 0 {
            guard !inputEnded else { return close() }
            shutdown(raw, Int32(SHUT_WR))
        }
        update()
        if wasFull, hasRoom { onDrained?() }
    }

    private func update() {
        guard isOpen else { return }
        var wanted: EventLoop.Interest = inputEnded ? [] : reading ? .read : .hangup
        if queue.count > 0 { wanted.insert(.write) }
        guard wanted != interest else { return }
        interest = wanted
        do throws(SystemError) {
            try loop.rewatch(raw, wanted)
        } catch {
            end("\(error)")
        }
    }

    private func end(_ reason: String?) {
        guard isOpen else { return }
        if finishing {
            // The other end will say nothing more, but may still read what is queued.
            inputEnded = true
            return reason != nil || queue.count == 0 ? close() : update()
        }
        let ended = onEnd
        onEnd = nil
        ended?(reason)
        // Who heard of the end may have wanted to say why, with `finish`.
        if !finishing { close() }
    }
}
