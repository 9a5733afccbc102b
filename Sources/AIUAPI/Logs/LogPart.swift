internal import AIUSystem
internal import Glibc
internal import Synchronization

/// One file of a log, held open, with the place up to which it was read.
final class LogPart: Sendable {
    private static let chunk = 64 * 1024

    private let file: FileDescriptor
    private let device: UInt
    private let inode: UInt
    private let offset = Mutex<Int64>(0)

    /// Nil when there is no such file (yet).
    static func open(_ path: String) throws(SystemError) -> LogPart? {
        do {
            return try LogPart(try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path)
        } catch {
            if error.code == .noSuchFile { return nil }
            throw error
        }
    }

    private init(_ file: consuming FileDescriptor, _ path: String) throws(SystemError) {
        let information = try file.metadata()
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw SystemError("read", path, code: .invalidArgument)
        }
        device = information.st_dev
        inode = information.st_ino
        self.file = file
    }

    /// The next bytes; empty at the end so far.
    func read(upTo count: Int) throws(SystemError) -> [UInt8] {
        let start = offset.withLock { $0 }
        let bytes = try bytes(at: start, count: count)
        offset.withLock { $0 = start + Int64(bytes.count) }
        return bytes
    }

    /// Whether the path still names this file, and the file was not cut short.
    func isStill(at path: String) throws(SystemError) -> Bool {
        do {
            let information = try Files.metadata(path)
            guard information.st_dev == device, information.st_ino == inode else { return false }
            let place = offset.withLock { offset in
                // Cut short in place: go on from its new beginning.
                if information.st_size < offset { offset = 0 }
                return offset
            }
            return place <= information.st_size
        } catch {
            // Between the two steps of a rotation there is no file; it is not another one yet.
            if error.code == .noSuchFile { return true }
            throw error
        }
    }

    /// Moves the place to the beginning of the last lines; says how many lines are left.
    func skip(keeping lines: Int) throws(SystemError) -> Int {
        var position = Int64(try file.metadata().st_size)
        let end = position
        var found = 0
        while position > 0, lines > 0 {
            let start = max(0, position - Int64(Self.chunk))
            let block = try bytes(at: start, count: Int(position - start))
            for index in block.indices.reversed() where block[index] == UInt8(ascii: "\n") {
                // The line break at the very end closes the last line; it does not begin another.
                if start + Int64(index) == end - 1 { continue }
                found += 1
                if found == lines {
                    offset.withLock { $0 = start + Int64(index) + 1 }
                    return lines
                }
            }
            position = start
        }
        offset.withLock { $0 = lines > 0 ? 0 : end }
        return end > 0 && lines > 0 ? found + 1 : 0
    }

    private func bytes(at position: Int64, count: Int) throws(SystemError) -> [UInt8] {
        var length = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            length = unsafe pread(file.raw, buffer.baseAddress, buffer.count, off_t(position))
            initialized = max(0, length)
        }
        try SystemError.checkErrno(length, "read a log")
        return bytes
    }
}
