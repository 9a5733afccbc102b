/// What one copy may cost.
package struct TransferLimits: Sendable {
    /// Files, folders and links together.
    package var entries: Int
    /// Folders in folders; each one holds a descriptor open.
    package var depth: Int
    package var bytes: UInt64

    package init(entries: Int = 1_000_000, depth: Int = 64, bytes: UInt64 = 1 << 50) {
        self.entries = entries
        self.depth = depth
        self.bytes = bytes
    }

    package static let standard = TransferLimits()
    package static let longestName = 255
    package static let longestPath = 4095
    static let mostWarnings = 16
}
