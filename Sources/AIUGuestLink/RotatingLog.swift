internal import AIUSystem
internal import Glibc

/// A log file that one older part follows: never more than twice its limit on disk, however much a guest writes.
final class RotatingLog {
    static let limit = 1 << 20

    private let path: String
    private var file: FileDescriptor
    private var size: Int

    init(path: String) throws(SystemError) {
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o640)
        size = Int(try file.metadata().st_size)
        self.path = path
        self.file = file
    }

    func append(_ line: String) throws(SystemError) {
        let bytes = Array(line.utf8)
        if size + bytes.count > Self.limit {
            try Files.rename(path, to: "\(path).1")
            file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o640)
            size = 0
        }
        try file.writeAll(bytes)
        size += bytes.count
    }
}
