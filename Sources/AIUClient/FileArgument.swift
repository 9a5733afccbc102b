internal import AIUSystem
internal import Glibc

/// A file that was named on the command line, refused with one clear sentence.
package struct FileArgument: Equatable, Sendable {
    /// Why a file that was named cannot be used.
    package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        package enum Reason: Equatable, Sendable {
            case missing, folder, special, denied
            case tooLong(limit: Int)
            case notText
            case other(String)
        }

        package let path: String
        package let reason: Reason

        package init(path: String, reason: Reason) {
            self.path = path
            self.reason = reason
        }

        package var description: String {
            switch reason {
            case .missing: "there is no file \(path)"
            case .folder: "\(path) is a directory; a file is needed"
            case .special: "\(path) is not a regular file"
            case .denied: "no permission to read \(path)"
            case .tooLong(let limit): "\(path) is longer than \(limit) bytes, the most that is accepted"
            case .notText: "\(path) is not UTF-8 text"
            case .other(let why): "cannot read \(path): \(why)"
            }
        }
    }

    package let bytes: [UInt8]

    package init(_ path: String, limit: Int) throws(Refusal) {
        do throws(SystemError) {
            // Not waiting for somebody to open the other end, should this be a pipe.
            let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
            let metadata = try file.metadata()
            switch metadata.st_mode & S_IFMT {
            case S_IFDIR: throw SystemError("read", path, code: .isDirectory)
            case S_IFREG: break
            case _: throw SystemError("read", path, code: Errno(ENOTSUP))
            }
            guard metadata.st_size <= limit else { throw SystemError("read", path, code: Errno(EFBIG)) }
            bytes = try file.readToEnd(limit: limit)
        } catch {
            let reason: Refusal.Reason =
                switch error.code {
                case .noSuchFile, .notDirectory: .missing
                case .isDirectory: .folder
                case Errno(ENOTSUP): .special
                case .permissionDenied: .denied
                case Errno(EFBIG): .tooLong(limit: limit)
                case _: .other(error.code.description)
                }
            throw Refusal(path: path, reason: reason)
        }
    }

    /// The file's content as text.
    package static func text(_ path: String, limit: Int) throws(Refusal) -> String {
        let bytes = try FileArgument(path, limit: limit).bytes
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Refusal(path: path, reason: .notText) }
        return text
    }
}
