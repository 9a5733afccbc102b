internal import AIUDigest
package import AIUSystem
internal import CLinux
internal import Glibc

/// Files with holes: only what is written is read, copied and counted.
package enum SparseFile {
    package static let blockSize = 4096
    private static let pieceSize = 64 * blockSize

    /// The parts of a file that are not holes, in order.
    package static func dataRanges(of file: borrowing FileDescriptor) throws(SystemError) -> [Range<Int64>] {
        let size = Int64(try file.metadata().st_size)
        var ranges: [Range<Int64>] = []
        var position: Int64 = 0
        while position < size {
            let start = aiu_seek_data(file.raw, position)
            if start == -Int64(ENXIO) { break }
            try SystemError.check(start, "look for data")
            let end = min(try SystemError.check(aiu_seek_hole(file.raw, start), "look for a hole"), size)
            guard end > start else { break }
            ranges.append(start..<end)
            position = end
        }
        return ranges
    }

    /// Makes an empty file a copy of another: shared blocks where the file system can, else the data without the holes.
    package static func copy(_ source: borrowing FileDescriptor, to target: borrowing FileDescriptor)
        throws(SystemError)
    {
        if !share(source, with: target) { try copyData(source, to: target) }
    }

    /// Lets an empty file have another one's blocks; false where the file system cannot.
    static func share(_ source: borrowing FileDescriptor, with target: borrowing FileDescriptor) -> Bool {
        aiu_clone_file(target.raw, source.raw) == 0
    }

    /// What a copy without shared blocks takes on disk.
    static func dataSize(of file: borrowing FileDescriptor) throws(SystemError) -> Int64 {
        try dataRanges(of: file).reduce(0) { $0 + $1.upperBound - $1.lowerBound }
    }

    static func copyData(
        _ source: borrowing FileDescriptor, to target: borrowing FileDescriptor
    ) throws(SystemError) {
        let size = Int64(try source.metadata().st_size)
        for range in try dataRanges(of: source) {
            var position = range.lowerBound
            while position < range.upperBound {
                let left = Int(range.upperBound - position)
                let copied = aiu_copy_range(source.raw, position, target.raw, position, left)
                if copied > 0 {
                    position += Int64(copied)
                } else if [-Int(EXDEV), -Int(EINVAL), -Int(EOPNOTSUPP), -Int(ENOSYS), 0].contains(copied) {
                    let bytes = try source.read(min(left, pieceSize), at: position)
                    guard !bytes.isEmpty else { throw SystemError("copy", code: .ioError) }
                    try target.write(bytes, at: position)
                    position += Int64(bytes.count)
                } else {
                    try SystemError.check(copied, "copy")
                }
            }
        }
        try target.truncate(to: size)
    }

    /// Calls the body with each block that is not all zeros.
    package static func forEachBlock(
        of file: borrowing FileDescriptor, _ body: (Int64, [UInt8]) throws(SystemError) -> Void
    ) throws(SystemError) {
        let zeros = [UInt8](repeating: 0, count: blockSize)
        for range in try dataRanges(of: file) {
            var position = range.lowerBound / Int64(blockSize) * Int64(blockSize)
            while position < range.upperBound {
                let piece = try file.read(pieceSize, at: position)
                if piece.isEmpty { break }
                for start in stride(from: 0, to: piece.count, by: blockSize) {
                    let offset = position + Int64(start)
                    // The piece may reach into the next range, which has its own turn.
                    if offset >= range.upperBound { break }
                    let block = Array(piece[start..<min(start + blockSize, piece.count)])
                    if block != zeros { try body(offset, block) }
                }
                position += Int64(piece.count)
            }
        }
    }

    /// Writes the same block everywhere.
    package static func fill(
        _ file: borrowing FileDescriptor, with block: [UInt8], upTo size: Int64
    ) throws(SystemError) {
        let piece = Array([[UInt8]](repeating: block, count: pieceSize / block.count).joined())
        for position in stride(from: 0, to: size, by: pieceSize) { try file.write(piece, at: position) }
        try file.truncate(to: size)
    }

    /// Copies what somebody wrote over the filler, of which a file was full, and returns where that is; zeros that were
    /// written belong to it, and are holes of the copy.
    package static func compact(
        _ source: borrowing FileDescriptor, to target: borrowing FileDescriptor, over filler: [UInt8]
    ) throws(SystemError) -> [Extent] {
        let size = Int64(try source.metadata().st_size)
        let zeros = [UInt8](repeating: 0, count: blockSize)
        var written: [Extent] = []
        for position in stride(from: 0, to: size, by: pieceSize) {
            let piece = try source.read(Int(min(Int64(pieceSize), size - position)), at: position)
            for start in stride(from: 0, to: piece.count, by: blockSize) {
                if isEqual(piece, start, filler) { continue }
                let offset = position + Int64(start)
                if var last = written.last, last.end == offset {
                    last.length += Int64(blockSize)
                    written[written.count - 1] = last
                } else {
                    written.append(Extent(offset: offset, length: Int64(blockSize)))
                }
                if isEqual(piece, start, zeros) { continue }
                try target.write(Array(piece[start..<min(start + blockSize, piece.count)]), at: offset)
            }
        }
        try target.truncate(to: size)
        return written
    }

    private static func isEqual(_ piece: [UInt8], _ start: Int, _ block: [UInt8]) -> Bool {
        guard piece.count - start >= block.count else { return false }
        return unsafe piece.withUnsafeBytes { bytes in
            unsafe block.withUnsafeBytes { other in
                guard let first = bytes.baseAddress, let second = other.baseAddress else { return false }
                return unsafe memcmp(first + start, second, other.count) == 0
            }
        }
    }

    /// A digest of the content that does not depend on where the holes are.
    package static func digest(of file: borrowing FileDescriptor) throws(SystemError) -> String {
        var digest = SHA256()
        try forEachBlock(of: file) { offset, block throws(SystemError) in
            digest.update((0..<8).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) })
            digest.update(block)
        }
        return digest.hex()
    }
}
