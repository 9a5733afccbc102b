internal import AIUSystem
package import AIUWire
internal import Glibc

/// Collects a result that may become long: what is more than a reply's text goes, all of it, into a file.
package struct ResultWriter: ~Copyable {
    private static let buffered = 256 * 1024

    private let folder: String
    private let stem: String
    private let ending: String
    private var bytes: [UInt8] = []
    private var file: FileDescriptor?
    private var path = ""
    /// The beginning, once there is a file.
    private var start = ""

    /// - Parameter name: of the file, should there be one, such as `orders-sorted.csv`.
    package init(_ folder: String, name: String) {
        self.folder = folder
        stem = FileChoice.stem(name)
        ending = String(name.dropFirst(FileChoice.stem(name).count))
    }

    package mutating func append(_ text: some Sequence<UInt8>) throws(ToolReply.Failure) {
        bytes.append(contentsOf: text)
        if bytes.count > Self.buffered { try flush() }
    }

    package mutating func append(_ text: String) throws(ToolReply.Failure) { try append(text.utf8) }

    /// The text, or its first lines and the file that has all.
    package consuming func finish() throws(ToolReply.Failure) -> (text: String, files: [String]) {
        if file == nil, bytes.count <= ToolReply.longestText {
            return (String(decoding: bytes, as: UTF8.self), [])
        }
        try flush()
        return (start, [path])
    }

    private mutating func flush() throws(ToolReply.Failure) {
        do throws(SystemError) {
            if file == nil {
                try open()
                let head = bytes.prefix(ToolReply.longestText / 4)
                let end = head.lastIndex(of: 0x0A).map { $0 + 1 } ?? head.endIndex
                start = String(decoding: head[..<end], as: UTF8.self)
            }
            let part = bytes
            bytes = []
            switch file {
            case .some(let file): try file.writeAll(part)
            case .none: return
            }
        } catch {
            throw TextFile.failure(error, name: FileChoice.base(path.isEmpty ? folder : path))
        }
    }

    private mutating func open() throws(SystemError) {
        try Files.makeFolder(folder, mode: 0o755)
        for number in 1...999 {
            path = "\(folder)/\(stem)\(number == 1 ? "" : "-\(number)")\(ending)"
            do throws(SystemError) {
                file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
                return
            } catch {
                guard error.code == .exists else { throw error }
            }
        }
        throw SystemError("make a file", path, code: .exists)
    }
}
