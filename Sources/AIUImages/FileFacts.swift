internal import AIUSystem
internal import Glibc

/// What changes whenever a file is replaced or written to, even by one who sets its time back.
package struct FileFacts: Equatable, Sendable, Codable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: [Int64]
    let changed: [Int64]

    init(of file: borrowing FileDescriptor) throws(SystemError) { self.init(try file.metadata()) }

    init(path: String) throws(SystemError) { self.init(try Files.metadata(path)) }

    /// Whether nothing but names and modes can have changed since.
    func hasContent(of earlier: FileFacts) -> Bool {
        device == earlier.device && inode == earlier.inode && size == earlier.size && modified == earlier.modified
    }

    private init(_ information: stat) {
        device = UInt64(information.st_dev)
        inode = UInt64(information.st_ino)
        size = Int64(information.st_size)
        modified = [Int64(information.st_mtim.tv_sec), Int64(information.st_mtim.tv_nsec)]
        changed = [Int64(information.st_ctim.tv_sec), Int64(information.st_ctim.tv_nsec)]
    }
}
