package import AIUModel
package import AIUSystem
internal import Dispatch
internal import Glibc

/// Hands a disk's key to a QEMU that is being started: through a named pipe, whose content is nowhere but in the kernel, and of
/// which the arguments name only the place. Whoever opens it first has the key, so its folder is open to this user alone.
package struct KeyPipe {
    /// Below an embedded libvirt's root.
    static let folder = "keys"

    private let path: String
    private let written = DispatchSemaphore(value: 0)

    /// Makes the pipe, and a thread that waits for its reader.
    package init(_ key: DiskKey, at path: String) throws(SystemError) {
        self.path = path
        if let slash = path.lastIndex(of: "/") { try Files.makeFolder(String(path[..<slash]), mode: 0o700) }
        // One that a killed process left.
        try Files.remove(path)
        try SystemError.checkErrno(unsafe mkfifo(path, 0o600), "make the pipe", path)
        let written = written
        let isWaiting = WorkThread.detach {
            Self.write(key, to: path)
            written.signal()
        }
        guard isWaiting else {
            try Files.remove(path)
            throw SystemError("start a thread for the pipe", path, code: Errno(EAGAIN))
        }
    }

    /// Once QEMU has started or failed to: nobody can read from the pipe any more. Does not throw, because by then the machine
    /// runs; a pipe that is left is empty.
    package func close() {
        // A writer that still waits gets a reader that throws everything away.
        let reader = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        written.wait()
        if reader >= 0 { Glibc.close(reader) }
        unsafe unlink(path)
    }

    /// Lets every QEMU end whose key was on its way when the process that had it was killed: it would wait for ever, and libvirt
    /// for it.
    package static func abandon(in folder: String) throws(SystemError) {
        for name in try Files.names(in: folder) {
            let path = "\(folder)/\(name)"
            // Whoever waits reads nothing, which opens no disk. Where nobody does, there is nothing to open.
            let writer = unsafe open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            if writer >= 0 { Glibc.close(writer) }
            try Files.remove(path)
        }
    }

    /// Waits in `open` until there is a reader.
    private static func write(_ key: DiskKey, to path: String) {
        let pipe = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard pipe >= 0 else { return }
        // It fits into the pipe at once, or QEMU is gone and says so itself.
        var digits = key.copy()
        _ = unsafe Glibc.write(pipe, digits, digits.count)
        wipe(&digits)
        Glibc.close(pipe)
    }
}
