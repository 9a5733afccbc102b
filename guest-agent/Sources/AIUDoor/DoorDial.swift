internal import AIUSystem
internal import CLinux

/// A client that waits until the host has taken its connection.
final class DoorDial {
    /// Two connections that belong together.
    struct Pair: ~Copyable {
        var client: FileDescriptor
        var host: FileDescriptor

        consuming func take() -> (Int32, Int32) { (client.release(), host.release()) }
    }

    private let loop: EventLoop
    private var client: FileDescriptor?
    private var host: FileDescriptor?
    private let finished: (DoorDial) -> Void

    init(
        _ client: consuming FileDescriptor, _ host: consuming FileDescriptor, loop: EventLoop,
        finished: @escaping (DoorDial) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.finished = finished
        let raw = host.raw
        self.client = consume client
        self.host = consume host
        try loop.watch(raw, .write) { [weak self] _ in self?.look(raw) }
    }

    private func look(_ raw: Int32) {
        loop.unwatch(raw)
        if aiu_socket_error(raw) < 0 {
            client = nil
            host = nil
        }
        finished(self)
    }

    /// Both connections, nil when the host did not take it.
    func take() -> Pair? {
        guard let client = self.client.take(), let host = self.host.take() else { return nil }
        return Pair(client: client, host: host)
    }
}
