internal import AIUDigest
package import AIUModel
package import AIUSystem
internal import Glibc

/// Writes an archive in one pass, from first byte to last, with one piece of it in memory.
package struct ArchiveWriter: ~Copyable {
    /// Takes the next bytes.
    package typealias Sink = ([UInt8]) throws(ArchiveError) -> Void

    private let disk: FileDescriptor
    private let map: DiskMap
    private let description: [UInt8]

    /// Looks at the disk, which nobody may write to until the archive is written. Its size is the file's.
    package init(_ vm: ArchivedVM, disk: consuming FileDescriptor) throws(ArchiveError) {
        let (map, size) = try ArchiveError.attempting(to: .write) { () throws(SystemError) in
            (try DiskMap.scan(disk), UInt64(max(0, try disk.metadata().st_size)))
        }
        var vm = vm
        vm.size = ByteCount(bytes: size)
        let description = try ArchiveError.encoding(ArchiveManifest(vm))
        guard description.count <= ArchiveFormat.longestDescription else {
            throw ArchiveError(.write, .malformed("what describes the VM has \(description.count) bytes"))
        }
        self.map = map
        self.description = description
        self.disk = disk
    }

    package consuming func write(to sink: Sink) throws(ArchiveError) {
        let encodedMap = map.encoded
        try Self.member(.description, description, sink)
        try Self.member(.map, encodedMap, sink)
        let checksums = ArchiveChecksums(
            description: SHA256.hex(of: description), map: SHA256.hex(of: encodedMap), data: try writeData(to: sink))
        try Self.member(.checksums, try ArchiveError.encoding(checksums), sink)
        try sink([UInt8](repeating: 0, count: 2 * TarHeader.length))
    }

    private func writeData(to sink: Sink) throws(ArchiveError) -> String {
        let total = map.dataSize
        try sink(TarHeader(name: ArchiveFormat.Member.data.rawValue, size: total).encoded)
        var digest = SHA256()
        for extent in map.extents {
            var position = extent.lowerBound
            while position < extent.upperBound {
                let count = Int(min(extent.upperBound - position, UInt64(ArchiveFormat.pieceSize)))
                let piece = try ArchiveError.attempting(to: .write) { () throws(SystemError) in
                    try DiskPieces.read(disk, count, at: position)
                }
                digest.update(piece)
                try sink(piece)
                position += UInt64(piece.count)
            }
        }
        try Self.pad(after: total, sink)
        return digest.hex()
    }

    private static func member(
        _ member: ArchiveFormat.Member, _ content: [UInt8], _ sink: Sink
    ) throws(ArchiveError) {
        try sink(TarHeader(name: member.rawValue, size: UInt64(content.count)).encoded)
        for start in stride(from: 0, to: content.count, by: ArchiveFormat.pieceSize) {
            try sink(Array(content[start..<min(start + ArchiveFormat.pieceSize, content.count)]))
        }
        try pad(after: UInt64(content.count), sink)
    }

    private static func pad(after size: UInt64, _ sink: Sink) throws(ArchiveError) {
        let padding = TarHeader.padding(after: size)
        if padding > 0 { try sink([UInt8](repeating: 0, count: padding)) }
    }
}
