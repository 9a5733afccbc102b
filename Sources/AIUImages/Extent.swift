/// A part of a disk, in whole blocks.
package struct Extent: Equatable, Sendable, Codable {
    package var offset: Int64
    package var length: Int64

    package init(offset: Int64, length: Int64) {
        self.offset = offset
        self.length = length
    }

    var end: Int64 { offset + length }

    /// Whether they are in order, apart from each other, whole blocks, and inside a disk of so many bytes.
    static func areSound(_ extents: [Extent], within size: Int64) -> Bool {
        let block = Int64(SparseFile.blockSize)
        var position: Int64 = 0
        for extent in extents {
            guard extent.offset >= position, extent.length > 0, extent.length <= size - extent.offset,
                extent.offset % block == 0, extent.length % block == 0
            else { return false }
            position = extent.end
        }
        return true
    }
}
