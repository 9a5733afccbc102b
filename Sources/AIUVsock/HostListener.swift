internal import AIUSystem
internal import CLinux
internal import Glibc

/// Takes host programs in: each names a port in one short line, in time, or is sent away.
final class HostListener {
    private let listener: FileDescriptor
    private let loop: EventLoop
    private let device: VsockDevice
    private var complaints = Complaints("host")
    private var waiting: [Int32: TimerID] = [:]
    private var sockets: [Int32: Held] = [:]

    /// A descriptor in a dictionary.
    private final class Held {
        private var socket: FileDescriptor?
        init(_ socket: consuming FileDescriptor) { self.socket = consume socket }
        func take() -> FileDescriptor? { socket.take() }
    }

    init(_ listener: consuming FileDescriptor, device: VsockDevice, loop: EventLoop) throws(SystemError) {
        self.listener = consume listener
        self.device = device
        self.loop = loop
        try listen()
    }

    deinit {
        loop.unwatch(listener.raw)
        for descriptor in Array(sockets.keys) { _ = finish(descriptor) }
    }

    private func listen() throws(SystemError) {
        try loop.watch(listener.raw, .read) { [unowned self] _ in accept() }
    }

    /// Without this, a program that cannot be taken in would be reported again and again.
    private func pause() {
        loop.unwatch(listener.raw)
        loop.after(Limits.acceptPause) { [weak self] in
            do throws(SystemError) { try self?.listen() } catch { self?.pause() }
        }
    }

    private func accept() {
        do throws(SystemError) {
            while let socket = try UnixSocket.accept(listener) {
                guard sockets.count < Limits.handshakes else {
                    device.statistics.connectionsRefused += 1
                    continue
                }
                let descriptor = socket.raw
                try loop.watch(descriptor, .edges) { [unowned self] ready in serve(descriptor, ready) }
                sockets[descriptor] = Held(socket)
                waiting[descriptor] = loop.after(Limits.handshakeTime) { [unowned self] in
                    device.statistics.connectionsRefused += 1
                    _ = finish(descriptor)
                }
            }
        } catch {
            complaints.complain("cannot take a host program in: \(error)")
            pause()
        }
    }

    /// Looks at the line without taking more than it: what follows belongs to the guest.
    private func serve(_ descriptor: Int32, _ ready: EventLoop.Ready) {
        var bytes = [UInt8](repeating: 0, count: Limits.handshakeBytes)
        let count = unsafe aiu_receive_peek(descriptor, &bytes, bytes.count)
        if count == -Int(EAGAIN), !ready.closed { return }
        let seen = bytes.prefix(max(0, count))
        guard let end = seen.firstIndex(of: UInt8(ascii: "\n")) else {
            // Wait for the rest, unless there can be none.
            if seen.isEmpty || seen.count == Limits.handshakeBytes || ready.closed { refuse(descriptor) }
            return
        }
        guard unsafe read(descriptor, &bytes, end + 1) == end + 1, let request = HandshakeRequest(line: seen[..<end])
        else {
            refuse(descriptor)
            return
        }
        guard let socket = finish(descriptor) else { return }
        switch request {
        case .connect(let port): device.open(port: port, socket: socket)
        case .statistics:
            var statistics = device.statistics
            statistics.connectionsOpen = device.connectionCount
            // One line fits; a program that has gone does not want it.
            let line = Array(statistics.line.utf8)
            _ = unsafe send(socket.raw, line, line.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    private func refuse(_ descriptor: Int32) {
        device.statistics.connectionsRefused += 1
        _ = finish(descriptor)
    }

    /// Ends the handshake and hands the socket over.
    private func finish(_ descriptor: Int32) -> FileDescriptor? {
        loop.unwatch(descriptor)
        if let timer = waiting.removeValue(forKey: descriptor) { loop.cancel(timer) }
        return sockets.removeValue(forKey: descriptor)?.take()
    }
}
