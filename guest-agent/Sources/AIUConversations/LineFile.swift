internal import AIUSystem
internal import Glibc

/// A file of lines that is only ever added to, so that whatever ends the VM loses at most the last one.
struct LineFile {
    let path: String
    let longest: Int

    func lines() throws(SystemError) -> [ArraySlice<UInt8>] {
        try Files.read(path, limit: longest).split(separator: UInt8(ascii: "\n"))
    }

    /// Adds whole lines and waits until the disk has them. `EFBIG` when the file would be longer than it may be.
    func append(_ lines: [UInt8]) throws(SystemError) {
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
        // Two at once: one after the other.
        try SystemError.checkErrno(flock(file.raw, LOCK_EX), "lock", path)
        let size = Int(try file.metadata().st_size)
        // One more than the lines, for the end of one that was cut off.
        guard size + lines.count < longest else { throw SystemError("grow", path, code: Errno(EFBIG)) }
        // A line that the end of the VM cut off must not swallow the next one.
        let isTorn = size > 0 ? try file.read(1, at: Int64(size - 1)) != [UInt8(ascii: "\n")] : false
        try file.writeAll(isTorn ? [UInt8(ascii: "\n")] + lines : lines)
        try file.synchronize()
    }
}
