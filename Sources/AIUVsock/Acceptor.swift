internal import AIUSystem

/// Takes in whoever connects to a socket. When that fails, for want of descriptors say, it rests a while and goes on.
final class Acceptor {
    private let listener: FileDescriptor
    private let loop: EventLoop
    private let take: (consuming FileDescriptor) throws(SystemError) -> Void
    private var complaints: Complaints

    init(
        _ listener: consuming FileDescriptor, name: String, loop: EventLoop,
        take: @escaping (consuming FileDescriptor) throws(SystemError) -> Void
    ) throws(SystemError) {
        self.listener = consume listener
        self.loop = loop
        self.take = take
        complaints = Complaints(name)
        try listen()
    }

    deinit { loop.unwatch(listener.raw) }

    private func listen() throws(SystemError) {
        try loop.watch(listener.raw, .read) { [unowned self] _ in accept() }
    }

    private func accept() {
        do throws(SystemError) {
            while let socket = try UnixSocket.accept(listener) { try take(socket) }
        } catch {
            complaints.complain("cannot take a connection in: \(error)")
            pause()
        }
    }

    /// Without this, a connection that cannot be taken in would be reported again and again.
    private func pause() {
        loop.unwatch(listener.raw)
        loop.after(Limits.acceptPause) { [weak self] in
            do throws(SystemError) { try self?.listen() } catch { self?.pause() }
        }
    }
}
