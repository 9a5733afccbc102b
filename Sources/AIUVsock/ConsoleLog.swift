package import AIUSystem
internal import Glibc

/// A file that keeps the last bytes of a console, in two halves: `FILE` and, older, `FILE.1`.
///
/// Both stay open and the older half is written over, so that no folder needs to be writable later.
package final class ConsoleLog {
    private let current: FileDescriptor
    private let older: FileDescriptor
    private let half: Int
    private var length: Int
    private var hasFailed = false
    private let log = Log("console")

    package init(_ path: String, limit: Int) throws(SystemError) {
        half = max(1, limit / 2)
        current = try .open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
        older = try .open("\(path).1", O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        length = Int(try current.metadata().st_size)
    }

    /// Appends, and moves the older half out when this one is full.
    package func append(_ bytes: [UInt8]) {
        do throws(SystemError) {
            var offset = 0
            while offset < bytes.count {
                if length >= half { try rotate() }
                let end = min(bytes.count, offset + half - length)
                try current.writeAll(Array(bytes[offset..<end]))
                length += end - offset
                offset = end
            }
        } catch {
            // The console is worth less than the VM, so it is lost, and said once.
            if !hasFailed { log.warning("cannot record the console: \(error)") }
            hasFailed = true
        }
    }

    private func rotate() throws(SystemError) {
        try older.truncate(to: 0)
        var copied = 0
        var chunk = [UInt8](repeating: 0, count: Limits.consoleChunk)
        let start = max(0, length - half)
        while start + copied < length {
            let count = unsafe pread(current.raw, &chunk, chunk.count, off_t(start + copied))
            guard try SystemError.checkErrno(count, "read the console's file") > 0 else { break }
            try SystemError.checkErrno(
                unsafe pwrite(older.raw, chunk, count, off_t(copied)), "write the console's older file")
            copied += count
        }
        try current.truncate(to: 0)
        length = 0
    }
}
