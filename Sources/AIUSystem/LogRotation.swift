internal import Glibc

/// Keeps the file behind a process's standard descriptors small: one older part follows it, `FILE.1`.
///
/// Libraries write to the descriptors too, so these are turned to the next file and not only our own writes.
package struct LogRotation: Sendable {
    package static let usualLimit = 4 << 20

    private let path: String
    private let limit: Int
    private let descriptors: [Int32]

    /// Nil when none of the descriptors leads to that file: a journal or a terminal has rules of its own.
    package init?(
        _ path: String, behind descriptors: [Int32] = [STDOUT_FILENO, STDERR_FILENO], limit: Int = usualLimit
    ) {
        guard let file = try? Files.metadata(path) else { return nil }  // no file, so nobody writes to it
        self.path = path
        self.limit = limit
        self.descriptors = descriptors.filter { Self.isOpen($0, on: file) }
        if self.descriptors.isEmpty { return nil }
    }

    /// Called before something is written. A log that cannot be moved on is written to all the same.
    package func makeRoom(for count: Int) {
        var file = stat()
        guard let first = descriptors.first, unsafe fstat(first, &file) == 0, Int(file.st_size) + count > limit else {
            return
        }
        do throws(SystemError) {
            // Somebody who removed or moved the file wants its end, not its older part's.
            if let present = try? Files.metadata(path), Self.isOpen(first, on: present) {
                try Files.rename(path, to: "\(path).1")
            }
            let next = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
            for descriptor in descriptors { dup2(next.raw, descriptor) }
        } catch {
            // There is no other place to say so.
        }
    }

    private static func isOpen(_ descriptor: Int32, on file: stat) -> Bool {
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return false }
        return information.st_dev == file.st_dev && information.st_ino == file.st_ino
    }
}
