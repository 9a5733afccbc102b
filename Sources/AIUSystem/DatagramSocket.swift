internal import Glibc

/// A single message to a Unix datagram socket; a leading `@` names an abstract one.
package enum DatagramSocket {
    package static func send(_ message: String, to path: String) throws(SystemError) {
        let descriptor = try connect(path)
        let bytes = Array(message.utf8)
        let sent = unsafe Glibc.send(descriptor.raw, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        try SystemError.checkErrno(sent, "send to", path)
    }

    /// A socket for many of them.
    package static func connect(_ path: String) throws(SystemError) -> FileDescriptor {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !name.isEmpty, name.count < capacity else { throw SystemError("send to", path, code: .nameTooLong) }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let raw = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let descriptor = FileDescriptor(owning: try SystemError.checkErrno(raw, "make a socket"))
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let connected = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.connect(descriptor.raw, generic, length)
            }
        }
        try SystemError.checkErrno(connected, "connect to", path)
        return descriptor
    }
}
