internal import AIUSystem

/// The one program that is attached to the console: it gets the port's output from now on, and may type.
final class ConsoleClient {
    private let socket: FileDescriptor
    private let loop: EventLoop
    private var backlog = ConsoleBacklog()
    private var hasInputEnded = false
    /// How many bytes the serial port can take now.
    private let room: () -> Int
    private let type: ([UInt8]) -> Void
    private let left: () -> Void

    /// Watches the socket; `room` says how much may be typed now, `type` gets it, `left` is called once at the end.
    init(
        _ socket: consuming FileDescriptor, loop: EventLoop, room: @escaping () -> Int,
        type: @escaping ([UInt8]) -> Void, left: @escaping () -> Void
    ) throws(SystemError) {
        self.socket = consume socket
        self.loop = loop
        self.room = room
        self.type = type
        self.left = left
        backlog.append(ConsoleGreeting.welcome)
        try loop.watch(self.socket.raw, [.read, .write]) { [unowned self] in serve($0) }
    }

    deinit { loop.unwatch(socket.raw) }

    func show(_ output: [UInt8]) {
        backlog.append(output)
        // Sent in the next turn: output in one turn may come in many pieces.
        update()
    }

    /// Waits for what can make a difference now, and for nothing that would wake us again and again.
    func update() {
        var interest: EventLoop.Interest = []
        if !hasInputEnded, room() > 0 { interest.insert(.read) }
        if !backlog.isEmpty { interest.insert(.write) }
        do throws(SystemError) { try loop.rewatch(socket.raw, interest) } catch { left() }
    }

    private func serve(_ ready: EventLoop.Ready) {
        do throws(SystemError) {
            // First what it typed: one that has typed and gone cannot be sent anything.
            if ready.read { try read() }
            if ready.write, !ready.closed { try flush() }
        } catch {
            return left()
        }
        // What it typed before it went has been taken, as far as there was room.
        if ready.closed, hasInputEnded || room() == 0 { return left() }
        update()
    }

    private func flush() throws(SystemError) {
        backlog.removeFirst(try socket.send(backlog.next(Limits.consoleChunk)))
    }

    private func read() throws(SystemError) {
        let room = room()
        guard !hasInputEnded, room > 0, let bytes = try socket.read(upTo: room) else { return }
        if bytes.isEmpty { hasInputEnded = true } else { type(bytes) }
    }
}

/// The line that an attached program reads first.
enum ConsoleGreeting {
    static let welcome = Array("OK\n".utf8)
    static let busy = Array("BUSY\n".utf8)
}
