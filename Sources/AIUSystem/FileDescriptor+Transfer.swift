internal import Glibc

extension FileDescriptor {
    /// Reads once: the bytes, empty at the end of the file, nil when a non-blocking descriptor has none yet.
    package func read(upTo count: Int) throws(SystemError) -> [UInt8]? {
        var length = 0
        var failure: SystemError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(SystemError) {
                length = try unsafe read(into: UnsafeMutableRawBufferPointer(buffer)) ?? -1
                initialized = max(length, 0)
            } catch {
                failure = error
                initialized = 0
            }
        }
        if let failure { throw failure }
        return length < 0 ? nil : bytes
    }

    /// Reads once into memory: the count, 0 at the end, nil when it would block.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        while true {
            let count = unsafe Glibc.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let code = Errno.current
            if code == .wouldBlock { return nil }
            if code != .interrupted { throw SystemError("read", code: code) }
        }
    }

    /// Writes once: how many bytes went, nil when it would block.
    package func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> Int? {
        while true {
            let count = unsafe Glibc.write(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let code = Errno.current
            if code == .wouldBlock { return nil }
            if code != .interrupted { throw SystemError("write", code: code) }
        }
    }

    /// Writes once from an array, from an offset on.
    package func write(_ bytes: [UInt8], from offset: Int = 0) throws(SystemError) -> Int? {
        var result: Result<Int?, SystemError> = .success(0)
        unsafe bytes.withUnsafeBytes { buffer in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset...])
            result = Result { () throws(SystemError) in try unsafe write(rest) }
        }
        return try result.get()
    }

    /// Writes everything, on a blocking descriptor.
    package func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            guard let count = try write(bytes, from: offset) else { throw SystemError("write", code: .wouldBlock) }
            offset += count
        }
    }

    /// Fills exactly `count` bytes from a blocking descriptor; fewer only at the end of the file.
    package func readAll(count: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            guard let part = try read(upTo: count - bytes.count) else { throw SystemError("read", code: .wouldBlock) }
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    /// Reads the rest of a blocking descriptor; a file longer than `limit` is refused.
    package func readToEnd(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try read(upTo: min(64 * 1024, limit + 1 - bytes.count)), !part.isEmpty {
            bytes += part
            if bytes.count > limit { throw SystemError("read", "more than \(limit) bytes", code: Errno(EFBIG)) }
        }
        return bytes
    }
}
