internal import AIUSystem
internal import Glibc

/// Pieces of a disk's file, at their places.
enum DiskPieces {
    /// At least one byte: a file that has become shorter is an error.
    static func read(
        _ file: borrowing FileDescriptor, _ count: Int, at offset: UInt64
    ) throws(SystemError) -> [UInt8] {
        var failure: Errno?
        let raw = file.raw
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let length = unsafe pread(raw, buffer.baseAddress, count, off_t(offset))
            if length < 0 { failure = .current }
            initialized = max(length, 0)
        }
        if let failure { throw SystemError("read the disk", code: failure) }
        guard !bytes.isEmpty else { throw SystemError("read the disk", code: .ioError) }
        return bytes
    }

    /// Writes what is not zero: into a fresh file, so that zeros stay holes.
    static func write(
        _ bytes: [UInt8], to file: borrowing FileDescriptor, at offset: UInt64
    ) throws(SystemError) {
        guard bytes.contains(where: { $0 != 0 }) else { return }
        var done = 0
        while done < bytes.count {
            let raw = file.raw
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                return unsafe pwrite(raw, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
            done += try SystemError.checkErrno(count, "write the disk")
        }
    }
}
