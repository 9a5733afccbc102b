internal import AIUSystem
internal import CLinux

extension FileDescriptor {
    /// An unnamed file that exists only in memory.
    static func memory(_ name: String) throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try SystemError.check(unsafe aiu_memfd(name), "make a file in memory"))
    }
}
