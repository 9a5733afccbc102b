internal import AIUDigest
package import AIUModel
package import AIUSystem

/// Reads an archive in one pass, with one piece of it in memory. It accepts exactly what the writer writes, in this order;
/// no name from the archive is ever used as a path.
package struct ArchiveReader: Sendable {
    /// Gives the next bytes, at most as many as asked for; none at the end.
    package typealias Source = @Sendable (Int) throws(ArchiveError) -> [UInt8]

    package let vm: ArchivedVM
    package let map: DiskMap
    private var input: ArchiveInput
    private var found: ArchiveChecksums

    /// Reads what comes before the data.
    package init(_ source: @escaping Source) throws(ArchiveError) {
        var input = ArchiveInput(source)
        let description = try input.member(.description, atMost: ArchiveFormat.longestDescription)
        let vm = try ArchiveManifest.parse(description).vm
        guard (1...ArchiveFormat.largestDisk).contains(vm.size.bytes) else {
            throw .malformed("it states a disk of \(vm.size.bytes) bytes")
        }
        let mapBytes = try input.member(.map, atMost: ArchiveFormat.mostExtents * DiskMap.bytesPerExtent)
        map = try DiskMap.parse(mapBytes, size: vm.size.bytes)
        found = ArchiveChecksums(
            description: SHA256.hex(of: description), map: SHA256.hex(of: mapBytes), data: "")
        self.vm = vm
        self.input = input
    }

    /// Reads the rest: the data into a file that is empty and large enough, the checksums, and the end.
    package mutating func readDisk(into disk: borrowing FileDescriptor) throws(ArchiveError) {
        let size = try input.header(.data)
        guard size == map.dataSize else {
            throw .malformed("\(ArchiveFormat.Member.data.rawValue) has another size than its map says")
        }
        var digest = SHA256()
        for extent in map.extents {
            var position = extent.lowerBound
            while position < extent.upperBound {
                let count = Int(min(extent.upperBound - position, UInt64(ArchiveFormat.pieceSize)))
                let piece = try input.bytes(count)
                digest.update(piece)
                try ArchiveError.attempting(to: .read) { () throws(SystemError) in
                    try DiskPieces.write(piece, to: disk, at: position)
                }
                position += UInt64(count)
            }
        }
        try input.padding(after: size)
        found.data = digest.hex()
        let stated = try ArchiveChecksums.parse(
            try input.member(.checksums, atMost: ArchiveFormat.longestChecksums))
        try stated.check(against: found)
        try input.end()
        try ArchiveError.attempting(to: .read) { () throws(SystemError) in try disk.synchronize() }
    }
}
