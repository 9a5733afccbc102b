package import AIUSystem
internal import Glibc
internal import Synchronization

/// Accepts connections and gives each a thread of its own: what they do takes a processor for long.
package final class InferenceServer: Sendable {
    private static let mostConnections = 32

    private let engine: Engine
    private let log = Log("inference")
    private let connections = Atomic<Int>(0)

    package init(_ engine: Engine) {
        self.engine = engine
        signal(SIGPIPE, SIG_IGN)
    }

    /// Serves a listening socket until the socket fails.
    package func run(_ listener: borrowing FileDescriptor) throws(SystemError) -> Never {
        while true {
            var entry = pollfd(fd: listener.raw, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, -1)
            guard let socket = try UnixSocket.accept(listener) else { continue }
            try socket.setNonBlocking(false)
            // One too many waits for nothing: it is closed at once, and the other end sees that.
            guard connections.load(ordering: .relaxed) < Self.mostConnections else { continue }
            start(socket)
        }
    }

    /// Serves one connection on a thread of its own.
    package func start(_ socket: consuming FileDescriptor) {
        let raw = socket.release()
        connections.add(1, ordering: .relaxed)
        let body = unsafe Unmanaged.passRetained(
            Job { [self] in
                let error = InferenceSession(engine, FileDescriptor(owning: raw)).run()
                if let error { log.info("a connection ended: \(error)") }
                connections.subtract(1, ordering: .relaxed)
            })
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { body in
                guard let body = unsafe body else { return nil }
                unsafe Unmanaged<Job>.fromOpaque(body).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            log.error("no thread for a connection: \(Errno(code))")
            unsafe body.takeRetainedValue().run()
            return
        }
        pthread_detach(thread)
    }
}

/// What a thread shall do.
private final class Job: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
