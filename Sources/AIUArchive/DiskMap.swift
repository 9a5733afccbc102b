internal import AIUSystem
internal import CLinux
internal import Glibc

/// Where the data of a disk is: pieces in order, and holes between them.
package struct DiskMap: Equatable, Sendable {
    /// One piece, as two little-endian numbers of 8 bytes: offset and length.
    static let bytesPerExtent = 16

    package let extents: [Range<UInt64>]

    package init(_ extents: [Range<UInt64>]) { self.extents = extents }

    package var dataSize: UInt64 { extents.reduce(0) { $0 + UInt64($1.count) } }

    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(extents.count * Self.bytesPerExtent)
        for extent in extents {
            for value in [extent.lowerBound, extent.upperBound - extent.lowerBound] {
                for shift in stride(from: UInt64(0), to: 64, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: value >> shift))
                }
            }
        }
        return bytes
    }

    /// Reads a map whose pieces must follow one another inside a disk of `size` bytes.
    package static func parse(_ bytes: [UInt8], size: UInt64) throws(ArchiveError) -> DiskMap {
        let name = ArchiveFormat.Member.map.rawValue
        guard bytes.count % bytesPerExtent == 0 else { throw .malformed("\(name) has a size that no map has") }
        var extents: [Range<UInt64>] = []
        extents.reserveCapacity(bytes.count / bytesPerExtent)
        var end: UInt64 = 0
        for start in stride(from: 0, to: bytes.count, by: bytesPerExtent) {
            let offset = number(bytes[start..<start + 8])
            let length = number(bytes[start + 8..<start + 16])
            guard offset >= end else { throw .malformed("\(name) has pieces that overlap or are out of order") }
            guard length > 0, offset <= size, length <= size - offset else {
                throw .malformed("\(name) has a piece outside the disk")
            }
            end = offset + length
            extents.append(offset..<end)
        }
        return DiskMap(extents)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Looks where the holes of a file are. Small ones count as data when there would be too many pieces.
    static func scan(_ disk: borrowing FileDescriptor) throws(SystemError) -> DiskMap {
        var smallestHole: UInt64 = 16 * 1024
        while true {
            if let map = try scan(disk, smallestHole: smallestHole) { return map }
            smallestHole *= 8
        }
    }

    /// Nil when there are too many pieces.
    private static func scan(
        _ disk: borrowing FileDescriptor, smallestHole: UInt64
    ) throws(SystemError) -> DiskMap? {
        let size = Int64(try disk.metadata().st_size)
        var extents: [Range<UInt64>] = []
        var position: Int64 = 0
        while position < size {
            let start = aiu_seek_data(disk.raw, position)
            if start == -Int64(ENXIO) { break }
            try SystemError.check(start, "look for data")
            let end = min(try SystemError.check(aiu_seek_hole(disk.raw, start), "look for a hole"), size)
            guard end > start else { break }
            if let last = extents.last, UInt64(start) - last.upperBound < smallestHole {
                extents[extents.count - 1] = last.lowerBound..<UInt64(end)
            } else {
                guard extents.count < ArchiveFormat.mostExtents else { return nil }
                extents.append(UInt64(start)..<UInt64(end))
            }
            position = end
        }
        return DiskMap(extents)
    }
}
