package import AIUSystem
internal import Glibc

/// Connections over TCP.
package enum TCPConnection {
    /// To the first address of a host that answers within the limit; the socket does not block.
    package static func open(host: String, port: UInt16, within limit: Duration) throws(TLSFailure) -> FileDescriptor {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, "\(port)", &hints, &found)
        guard code == 0 else {
            throw TLSFailure("\(host) is not known: \(unsafe String(cString: gai_strerror(code)))")
        }
        defer { unsafe freeaddrinfo(found) }
        let deadline = ContinuousClock.now + limit
        var last = Errno.timedOut
        var next = unsafe found
        while let address = unsafe next {
            do throws(SystemError) {
                return FileDescriptor(owning: unsafe try attempt(address, until: deadline))
            } catch {
                last = error.code
            }
            unsafe next = address.pointee.ai_next
        }
        throw TLSFailure("nobody answers at \(host), port \(port): \(last)")
    }

    private static func attempt(
        _ address: UnsafeMutablePointer<addrinfo>, until deadline: ContinuousClock.Instant
    ) throws(SystemError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let raw = try SystemError.checkErrno(unsafe socket(address.pointee.ai_family, type, 0), "make a socket")
        let code = unsafe wait(raw, address, until: deadline)
        guard code == 0 else {
            close(raw)
            throw SystemError("connect", code: Errno(code))
        }
        var on: Int32 = 1
        _ = unsafe setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return raw
    }

    /// 0, or what went wrong.
    private static func wait(
        _ raw: Int32, _ address: UnsafeMutablePointer<addrinfo>, until deadline: ContinuousClock.Instant
    ) -> Int32 {
        if unsafe connect(raw, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 { return 0 }
        guard errno == EINPROGRESS else { return errno }
        var item = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
        let left = max(0, ContinuousClock.now.duration(to: deadline) / .milliseconds(1))
        guard unsafe poll(&item, 1, Int32(clamping: Int64(left))) > 0 else { return ETIMEDOUT }
        var outcome: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(raw, SOL_SOCKET, SO_ERROR, &outcome, &length) == 0 ? outcome : errno
    }
}
