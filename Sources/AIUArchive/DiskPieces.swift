internal import AIUSystem

/// Pieces of a disk's file, at their places.
enum DiskPieces {
    /// At least one byte: a file that has become shorter is an error.
    static func read(
        _ file: borrowing FileDescriptor, _ count: Int, at offset: UInt64
    ) throws(SystemError) -> [UInt8] {
        let bytes = try file.read(count, at: Int64(offset), "read the disk")
        guard !bytes.isEmpty else { throw SystemError("read the disk", code: .ioError) }
        return bytes
    }

    /// Writes what is not zero: into a fresh file, so that zeros stay holes.
    static func write(
        _ bytes: [UInt8], to file: borrowing FileDescriptor, at offset: UInt64
    ) throws(SystemError) {
        guard bytes.contains(where: { $0 != 0 }) else { return }
        try file.write(bytes, at: Int64(offset), "write the disk")
    }
}
