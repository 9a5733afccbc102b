internal import CLinux
package import Glibc

/// An open file, closed when it goes out of scope.
package struct FileDescriptor: ~Copyable, Sendable {
    package let raw: Int32

    /// Takes over a descriptor that nobody else closes.
    package init(owning raw: Int32) { self.raw = raw }

    deinit { close(raw) }

    package static func open(
        _ path: String, _ flags: Int32, mode: UInt32 = 0o600
    ) throws(SystemError) -> FileDescriptor {
        let raw = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        return FileDescriptor(owning: try SystemError.checkErrno(raw, "open", path))
    }

    /// Opens below this folder; the kernel refuses `..` above it and every link on the way.
    package func open(
        beneath path: String, _ flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) -> FileDescriptor {
        let raw = unsafe aiu_open_beneath(self.raw, path, UInt64(UInt32(bitPattern: flags)), UInt64(mode))
        return FileDescriptor(owning: try SystemError.check(raw, "open", path))
    }

    package func duplicate() throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try SystemError.checkErrno(fcntl(raw, F_DUPFD_CLOEXEC, 0), "duplicate a descriptor"))
    }

    /// Gives up ownership: the caller closes the number that it gets.
    package consuming func release() -> Int32 {
        let raw = self.raw
        discard self
        return raw
    }

    package func setNonBlocking(_ nonBlocking: Bool = true) throws(SystemError) {
        let flags = try SystemError.checkErrno(fcntl(raw, F_GETFL), "read descriptor flags")
        let wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
        try SystemError.checkErrno(fcntl(raw, F_SETFL, wanted), "set descriptor flags")
    }

    package func metadata() throws(SystemError) -> stat {
        var information = stat()
        try SystemError.checkErrno(unsafe fstat(raw, &information), "examine a file")
        return information
    }

    package func synchronize() throws(SystemError) {
        try SystemError.checkErrno(fsync(raw), "write a file to disk")
    }

    package func truncate(to length: Int64) throws(SystemError) {
        try SystemError.checkErrno(ftruncate(raw, off_t(length)), "resize a file")
    }
}
