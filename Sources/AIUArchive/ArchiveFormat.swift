/// The format of an archive: its number, its members and its limits.
package enum ArchiveFormat {
    /// Raised when an older reader could misunderstand a newer writer. Every number below stays readable.
    package static let current = 1

    /// The members, in the only order that there is.
    package enum Member: String, CaseIterable, Sendable {
        case description = "aiu-archive.json"
        case map = "disk.map"
        case data = "disk.data"
        case checksums = "aiu-checksums.json"
    }

    /// A configuration of 32 KiB, escaped, and labels fit with room.
    package static let longestDescription = 256 * 1024
    package static let longestChecksums = 4096
    /// Whoever has more pieces of data than this writes some holes out as zeros.
    package static let mostExtents = 1 << 18
    /// ext4 with 4 KiB blocks ends there on most hosts.
    package static let largestDisk: UInt64 = 16 << 40
    /// What is read, written and digested at once.
    static let pieceSize = 64 * 1024
    /// Zeros that other programs append to fill their last record.
    static let longestPadding = 64 * 1024
}
