internal import Glibc

/// Reading and writing at a place of a file, whatever was read before.
extension FileDescriptor {
    /// Fewer bytes only near the end of the file, none behind it.
    package func read(
        _ count: Int, at offset: Int64, _ attempt: String = "read"
    ) throws(SystemError) -> [UInt8] {
        var failure: Errno?
        let raw = raw
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let length = unsafe pread(raw, buffer.baseAddress, count, off_t(offset))
            if length < 0 { failure = .current }
            initialized = max(length, 0)
        }
        if let failure { throw SystemError(attempt, code: failure) }
        return bytes
    }

    package func write(
        _ bytes: [UInt8], at offset: Int64, _ attempt: String = "write"
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let raw = raw
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                return unsafe pwrite(raw, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
            done += try SystemError.checkErrno(count, attempt)
        }
    }
}
