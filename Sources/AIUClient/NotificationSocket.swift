internal import AIUSystem
internal import Glibc

/// Where a started service says that it is ready, as systemd would have it (`NOTIFY_SOCKET`).
struct NotificationSocket: ~Copyable {
    let path: String
    let socket: FileDescriptor

    init(in folder: String) throws(SystemError) {
        let path = "\(folder)/notify-\(getpid())"
        try Files.remove(path)
        socket = try Self.listen(path)
        self.path = path
    }

    deinit { unsafe unlink(path) }

    private static func listen(_ path: String) throws(SystemError) -> FileDescriptor {
        let raw = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let socket = FileDescriptor(owning: try SystemError.checkErrno(raw, "make a socket"))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
            guard bytes.count < field.count else { return false }
            unsafe field.copyBytes(from: bytes)
            return true
        }
        guard fits else { throw SystemError("listen on", path, code: .nameTooLong) }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try SystemError.checkErrno(result, "listen on", path)
        return socket
    }

    /// One message, as lines of `NAME=value`.
    func receive() throws(SystemError) -> [String] {
        let bytes = try socket.read(upTo: 4096) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
