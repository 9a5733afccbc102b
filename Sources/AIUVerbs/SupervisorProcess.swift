internal import AIUSystem
internal import Glibc

/// The process behind a socket, held so that its end can be waited for.
struct SupervisorProcess: ~Copyable {
    let process: Int32
    private let descriptor: FileDescriptor

    init(listeningOn path: String) throws(SystemError) {
        let process = try Self.listener(of: path)
        descriptor = try ProcessHandle.open(process)
        self.process = process
    }

    private static func listener(of path: String) throws(SystemError) -> Int32 {
        let socket = try UnixSocket.connect(path)
        return try UnixSocket.peer(of: socket.raw).process
    }

    /// False when it still runs after this time.
    func wait(for limit: Duration) throws(SystemError) -> Bool {
        let deadline = ContinuousClock.now + limit
        while true {
            var item = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            let count = unsafe poll(&item, 1, Int32(clamping: Int64(max(0, left).rounded(.up))))
            if count > 0 { return true }
            if count == 0, left <= 0 { return false }
            if count < 0, Errno.current != .interrupted { throw SystemError("wait for aiud", code: .current) }
        }
    }
}
