internal import CLinux
internal import Glibc

/// Unix-domain stream sockets. Listeners and accepted sockets do not block; connected ones do.
package enum UnixSocket {
    /// Binds a fresh socket, replacing a dead one's path.
    package static func listen(
        _ path: String, mode: UInt32 = 0o600, backlog: Int32 = 128
    ) throws(SystemError) -> FileDescriptor {
        try Files.remove(path)
        let raw = unsafe aiu_unix_listen(path, mode, backlog)
        return FileDescriptor(owning: try SystemError.check(raw, "listen on", path))
    }

    package static func connect(_ path: String) throws(SystemError) -> FileDescriptor {
        let raw = unsafe aiu_unix_connect(path)
        return FileDescriptor(owning: try SystemError.check(raw, "connect to", path))
    }

    /// Connects without ever waiting, also not for a server whose queue is full; the socket does not block.
    package static func connectNow(_ path: String) throws(SystemError) -> FileDescriptor {
        let raw = unsafe aiu_unix_connect_now(path)
        return FileDescriptor(owning: try SystemError.check(raw, "connect to", path))
    }

    /// The next waiting connection, nil when there is none.
    package static func accept(_ listener: borrowing FileDescriptor) throws(SystemError) -> FileDescriptor? {
        let raw = aiu_accept(listener.raw)
        if raw == -EAGAIN || raw == -ECONNABORTED { return nil }
        return FileDescriptor(owning: try SystemError.check(raw, "accept a connection"))
    }

    package static func pair() throws(SystemError) -> SocketPair {
        var pair: [Int32] = [-1, -1]
        try SystemError.check(unsafe aiu_unix_pair(&pair), "make a socket pair")
        return SocketPair(first: FileDescriptor(owning: pair[0]), second: FileDescriptor(owning: pair[1]))
    }

    /// Who is at the other end, as the kernel knows it.
    package static func peer(of socket: Int32) throws(SystemError) -> PeerCredentials {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
        try SystemError.check(unsafe aiu_peer_credentials(socket, &process, &user, &group), "read peer credentials")
        return PeerCredentials(process: process, user: user, group: group)
    }
}

/// Two connected sockets.
package struct SocketPair: ~Copyable {
    package var first: FileDescriptor
    package var second: FileDescriptor

    /// Hands both ends out.
    package consuming func take() -> (Int32, Int32) { (first.release(), second.release()) }
}

/// The process at the other end of a Unix socket.
package struct PeerCredentials: Equatable, Sendable {
    package let process: Int32
    package let user: UInt32
    package let group: UInt32
}

/// virtio-vsock stream sockets, as the guest uses them.
package enum VsockSocket {
    package static let hostCID: UInt32 = 2

    package static func listen(port: UInt32, backlog: Int32 = 128) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try SystemError.check(aiu_vsock_listen(port, backlog), "listen on", "vsock port \(port)"))
    }

    package static func connect(cid: UInt32, port: UInt32, timeout: Duration) throws(SystemError) -> FileDescriptor {
        let milliseconds = Int32(clamping: Int64(timeout / .milliseconds(1)))
        let raw = aiu_vsock_connect(cid, port, milliseconds)
        return FileDescriptor(owning: try SystemError.check(raw, "connect to", "vsock \(cid):\(port)"))
    }

    /// The next waiting connection and where it comes from, nil when there is none.
    package static func accept(_ listener: borrowing FileDescriptor) throws(SystemError) -> VsockConnection? {
        var cid: UInt32 = 0
        var port: UInt32 = 0
        let raw = unsafe aiu_vsock_accept(listener.raw, &cid, &port)
        if raw == -EAGAIN || raw == -ECONNABORTED { return nil }
        try SystemError.check(raw, "accept a vsock connection")
        return VsockConnection(socket: FileDescriptor(owning: raw), cid: cid, port: port)
    }
}

/// An accepted vsock connection.
package struct VsockConnection: ~Copyable {
    package let socket: FileDescriptor
    package let cid: UInt32
    package let port: UInt32

    package consuming func takeSocket() -> FileDescriptor { socket }
}
