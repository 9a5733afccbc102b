internal import CLinux

/// TCP stream sockets.
package enum TCPSocket {
    private static let longestAddress = 64

    /// Listens on a numeric address of either family.
    package static func listen(
        _ address: String, port: UInt16, backlog: Int32 = 128
    ) throws(SystemError) -> FileDescriptor {
        let raw = unsafe aiu_tcp_listen(address, port, backlog)
        return FileDescriptor(owning: try SystemError.check(raw, "listen on", "\(address), port \(port)"))
    }

    /// The numeric address at the other end; nil for one that is gone, and for a Unix socket.
    package static func peer(of socket: Int32) -> String? {
        var text = [CChar](repeating: 0, count: longestAddress)
        guard unsafe aiu_tcp_peer(socket, &text, text.count) == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
