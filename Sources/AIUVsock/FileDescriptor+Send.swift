internal import AIUSystem
internal import Glibc

extension FileDescriptor {
    /// Sends what a socket takes at once and without SIGPIPE; how many bytes that was.
    func send(_ bytes: some Collection<UInt8>) throws(SystemError) -> Int {
        guard !bytes.isEmpty else { return 0 }
        let bytes = Array(bytes)
        let count = unsafe Glibc.send(raw, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        if count >= 0 { return count }
        let code = Errno.current
        guard code == .wouldBlock || code == .interrupted else { throw SystemError("send", code: code) }
        return 0
    }
}
