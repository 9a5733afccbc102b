/// What a header may ask for. Real ones stay far below.
package enum GGUFLimits {
    /// The whole header; a vocabulary of 256 000 words with its merges takes about 12 MiB.
    package static let headerBytes: UInt64 = 256 << 20
    package static let entries: UInt64 = 8192
    package static let tensors: UInt64 = 65536
    package static let keyBytes: UInt64 = 1024
    package static let tensorNameBytes: UInt64 = 256
    package static let textBytes: UInt64 = 16 << 20
    /// Longer texts and lists are passed over, and only their length is known.
    package static let keptTextBytes: UInt64 = 4096
    package static let keptNumbers: UInt64 = 1024
    package static let arrayDepth = 4
    package static let dimensions: UInt32 = 4
    package static let alignment: UInt64 = 65536
    /// Lengths, counts and widths of a model's shape.
    package static let shape: UInt64 = 1 << 31
    /// 64 TiB: no file is larger, and sums of such numbers do not overflow.
    package static let fileBytes: UInt64 = 1 << 46
}
