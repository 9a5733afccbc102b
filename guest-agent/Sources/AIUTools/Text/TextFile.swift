package import AIUSystem
package import AIUWire
internal import Glibc

/// Whole text files, and what to say when one cannot be read.
package enum TextFile {
    /// Longer documents are no text that a tool takes in at once.
    package static let longest = 32 << 20

    package static func read(
        _ path: String, name: String, limit: Int = longest
    ) throws(ToolReply.Failure) -> String {
        let file = try open(path, name: name)
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try file.readToEnd(limit: limit)
        } catch {
            if error.code == Errno(EFBIG) {
                throw ToolReply.Failure(
                    .tooLarge, "'\(name)' is longer than \(limit >> 20) MiB, the most that is read at once.")
            }
            throw failure(error, name: name)
        }
        guard let (encoding, mark) = TextEncoding.detect(bytes) else { throw notText(name) }
        return encoding.decode(bytes[mark...])
    }

    /// Opens a file, not a folder, pipe or device, on which reading could wait for ever.
    package static func open(_ path: String, name: String) throws(ToolReply.Failure) -> FileDescriptor {
        do throws(SystemError) {
            let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            guard try file.metadata().st_mode & S_IFMT == S_IFREG else {
                throw SystemError("read", path, code: .isDirectory)
            }
            return file
        } catch {
            throw failure(error, name: name)
        }
    }

    package static func notText(_ name: String) -> ToolReply.Failure {
        ToolReply.Failure(.damaged, "'\(name)' is not a text file: it holds bytes that are no characters.")
    }

    package static func failure(_ error: SystemError, name: String) -> ToolReply.Failure {
        switch error.code {
        case .noSuchFile, .notDirectory: ToolReply.Failure(.notFound, "There is no file '\(name)' in the workspace.")
        case .permissionDenied, .notPermitted:
            ToolReply.Failure(.denied, "'\(name)' may not be read here: \(error.code).")
        case .isDirectory: ToolReply.Failure(.invalid, "'\(name)' is a folder or a device, not a file.")
        case .noSpace, Errno(EDQUOT):
            ToolReply.Failure(.failed, "The disk of this VM is full: '\(name)' could not be written.")
        case .loop: ToolReply.Failure(.denied, "'\(name)' is a link that leads somewhere else and is not followed.")
        case _: ToolReply.Failure(.failed, "'\(name)' could not be used: \(error.code).")
        }
    }
}
