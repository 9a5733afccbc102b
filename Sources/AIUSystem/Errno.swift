internal import Glibc

/// The number that a failed system call left behind.
package struct Errno: Hashable, Sendable, CustomStringConvertible {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// The calling thread's last error.
    package static var current: Errno { Errno(errno) }

    package static let notPermitted = Errno(EPERM)
    package static let noSuchFile = Errno(ENOENT)
    package static let interrupted = Errno(EINTR)
    package static let ioError = Errno(EIO)
    package static let wouldBlock = Errno(EAGAIN)
    package static let permissionDenied = Errno(EACCES)
    package static let exists = Errno(EEXIST)
    package static let notDirectory = Errno(ENOTDIR)
    package static let isDirectory = Errno(EISDIR)
    package static let invalidArgument = Errno(EINVAL)
    package static let noSpace = Errno(ENOSPC)
    package static let brokenPipe = Errno(EPIPE)
    package static let nameTooLong = Errno(ENAMETOOLONG)
    package static let loop = Errno(ELOOP)
    package static let crossDevice = Errno(EXDEV)
    package static let connectionRefused = Errno(ECONNREFUSED)
    package static let connectionReset = Errno(ECONNRESET)
    package static let timedOut = Errno(ETIMEDOUT)
    package static let noChild = Errno(ECHILD)
    package static let noSuchProcess = Errno(ESRCH)

    package var description: String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
