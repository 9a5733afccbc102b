internal import AIUClient
internal import AIUSystem
internal import Glibc

/// Standard output for bytes that may be anything.
enum RawOutput {
    static func write(_ bytes: [UInt8]) throws(ClientError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(STDOUT_FILENO, buffer.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            if count >= 0 {
                offset += count
                continue
            }
            switch Errno.current {
            case .interrupted: break
            case .brokenPipe: throw .outputClosed
            case .wouldBlock:
                // The descriptor is shared with programs that may have made it non-blocking.
                var item = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&item, 1, -1)
            case let code: throw .system(SystemError("write the output", code: code))
            }
        }
    }
}
