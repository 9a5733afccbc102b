internal import AIUSystem

/// Records what QEMU's serial port writes to a socket. A newer connection replaces the one before it.
final class ConsoleListener {
    private let listener: FileDescriptor
    private let loop: EventLoop
    private let record: ConsoleLog?
    private let log = Log("console")
    private var socket: FileDescriptor?

    init(_ listener: consuming FileDescriptor, record: ConsoleLog?, loop: EventLoop) throws(SystemError) {
        self.listener = consume listener
        self.record = record
        self.loop = loop
        try loop.watch(self.listener.raw, .read) { [unowned self] _ in accept() }
    }

    deinit {
        loop.unwatch(listener.raw)
        if let descriptor = socket?.raw { loop.unwatch(descriptor) }
    }

    private func accept() {
        do throws(SystemError) {
            while let next = try UnixSocket.accept(listener) {
                hangUp()
                let descriptor = next.raw
                try loop.watch(descriptor, .read) { [unowned self] _ in drain() }
                socket = consume next
            }
        } catch {
            log.warning("cannot take the console in: \(error)")
        }
    }

    /// One chunk a turn: a guest that floods its console must not hold up its packets.
    func drain() {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try socket?.read(upTo: Limits.consoleChunk) ?? []
        } catch {
            bytes = []
        }
        guard let bytes else { return }
        if bytes.isEmpty { hangUp() } else { record?.append(bytes) }
    }

    private func hangUp() {
        if let descriptor = socket?.raw { loop.unwatch(descriptor) }
        socket = nil
    }
}
