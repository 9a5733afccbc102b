internal import AIUCommandLine
package import AIUSystem
internal import Glibc

/// A file that has its name only when it is complete; given up, it leaves nothing behind.
package final class PartialFile {
    /// Where it will be.
    package let path: String
    private let temporary: String
    private let file: FileDescriptor
    private var isFinished = false

    /// A folder takes the file in under its default name.
    package init(_ target: String, defaultName: String, mayReplace: Bool) throws {
        var information = stat()
        var path = target
        if unsafe stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
            path += path.hasSuffix("/") ? defaultName : "/\(defaultName)"
        }
        if unsafe lstat(path, &information) == 0 {
            guard information.st_mode & S_IFMT == S_IFREG else {
                throw Problem(.cannotCreate, "\(path) is not a regular file; `-o -` writes to standard output")
            }
            guard mayReplace else { throw Problem(.cannotCreate, "\(path) is there already; -f replaces it") }
        }
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        temporary = "\(path[..<slash]).\(path[slash...]).part-\(getpid())"
        self.path = path
        // It may hold secrets of the VM.
        do throws(SystemError) {
            file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        } catch {
            throw SystemError("write", path, code: error.code)
        }
    }

    deinit {
        if !isFinished { unsafe unlink(temporary) }
    }

    package func write(_ bytes: [UInt8]) throws(SystemError) {
        do throws(SystemError) { try file.writeAll(bytes) } catch {
            throw SystemError("write", path, code: error.code)
        }
    }

    package func finish() throws(SystemError) {
        do throws(SystemError) {
            try file.synchronize()
            try Files.rename(temporary, to: path)
        } catch {
            throw SystemError("write", path, code: error.code)
        }
        isFinished = true
    }
}
