internal import AIUDigest
package import AIUSystem

/// A formatted state disk of the smallest size, with the place of its configuration known: what new disks are copies of.
package struct Stamp: Equatable, Sendable {
    /// What is known of the stamp's file, kept beside it.
    package struct Description: Equatable, Sendable, Codable {
        static let format = 2
        static let mostExtents = 4096

        package let format: Int
        package let layout: String
        /// Where the configuration's bytes are in the file.
        package let offset: Int64
        package let length: Int
        package let bytes: Int64
        /// What formatting wrote, zeros included: all that the file system takes for certain. Everything else may hold
        /// anything, as it does on an encrypted disk that nobody has written to.
        package let written: [Extent]
        /// Of the content, wherever the holes are.
        package let sha256: String
    }

    package let path: String
    package let description: Description
    package let facts: FileFacts
    /// What a copy takes on disk.
    package let allocated: Int64

    /// Where the marker is in an image. It must be there once, and in one piece.
    package enum Search: Equatable {
        case found(Int64)
        case missing
        case scattered
    }

    /// Content for the configuration's file that no other block of the image can be equal to.
    package static func marker(seed: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(StateLayout.configurationBytes)
        var link = SHA256.digest(of: seed)
        while bytes.count < StateLayout.configurationBytes {
            bytes += link
            link = SHA256.digest(of: link)
        }
        return bytes
    }

    package static func find(_ marker: [UInt8], in file: borrowing FileDescriptor) throws(SystemError) -> Search {
        let block = SparseFile.blockSize
        var wanted: [[UInt8]: Int] = [:]
        for start in stride(from: 0, to: marker.count, by: block) {
            wanted[Array(marker[start..<start + block])] = start
        }
        var origins: [Int64] = []
        try SparseFile.forEachBlock(of: file) { offset, content throws(SystemError) in
            if let start = wanted[content] { origins.append(offset - Int64(start)) }
        }
        guard let first = origins.first else { return .missing }
        return origins.count == wanted.count && origins.allSatisfy { $0 == first } ? .found(first) : .scattered
    }
}
