internal import AIUSystem
internal import AIUTransfer
internal import CLinux
internal import Glibc

/// Paths of the guest as the host names them.
enum WorkspacePath {
    private static let mostLinks = 40
    /// `O_PATH`, which Swift does not import: a place in the tree, without the right to read it.
    private static let placeOnly: Int32 = 0o10_000_000

    static func absolute(_ path: String, workspace: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : path.isEmpty ? workspace : "\(workspace)/\(path)"
    }

    /// Opens a folder to put something in, following only links that root or the agent's own user made: a link of
    /// somebody else could lead the host's copy to a place that its maker may not write to.
    static func openFolder(_ path: String) throws(SystemError) -> FileDescriptor {
        let anchor = path.utf8.first == UInt8(ascii: "/") ? "/" : "."
        var current = Handle(try FileDescriptor.open(anchor, placeOnly | O_DIRECTORY))
        var rest = Array(path.split(separator: "/").map(String.init).reversed())
        var links = 0
        while let name = rest.popLast() {
            if name == "." { continue }
            if name != "..", let target = try trustedLink(name, in: current) {
                links += 1
                guard links <= mostLinks else { throw SystemError("follow", path, code: .loop) }
                if target.utf8.first == UInt8(ascii: "/") {
                    current = Handle(try FileDescriptor.open("/", placeOnly | O_DIRECTORY))
                }
                rest += target.split(separator: "/").map(String.init).reversed()
                continue
            }
            current = Handle(try step(name, in: current, placeOnly | O_DIRECTORY | O_NOFOLLOW, path))
        }
        return try step(".", in: current, O_RDONLY | O_DIRECTORY, path)
    }

    private static func step(
        _ name: String, in folder: Handle, _ flags: Int32, _ path: String
    ) throws(SystemError) -> FileDescriptor {
        let raw = unsafe openat(folder.raw, name, flags | O_CLOEXEC)
        return FileDescriptor(owning: try SystemError.checkErrno(raw, "open", path))
    }

    /// Where a link leads, nil when the name is no link.
    private static func trustedLink(_ name: String, in folder: Handle) throws(SystemError) -> String? {
        var information = stat()
        let result = unsafe fstatat(folder.raw, name, &information, AT_SYMLINK_NOFOLLOW)
        try SystemError.checkErrno(result, "examine", name)
        guard information.st_mode & S_IFMT == S_IFLNK else { return nil }
        guard information.st_uid == 0 || information.st_uid == geteuid() else {
            throw SystemError("follow", name, code: .loop)
        }
        var buffer = [CChar](repeating: 0, count: TransferLimits.longestPath + 1)
        let count = unsafe readlinkat(folder.raw, name, &buffer, buffer.count)
        try SystemError.checkErrno(count, "read the link", name)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
