/// What the counting program answers: a header of fixed length; after a refusal its reason follows.
package struct TokenAnswer: Equatable, Sendable {
    package static let headerLength = 16
    package static let longestReason = 512

    /// Why it could not be done.
    package var isRefused = false
    package var reasonLength = 0
    package var tokens = 0
    package var bytes = 0
    package var isFull = false

    package init() {}

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.headerLength, bytes[0] <= 1, bytes[1] <= 1 else { return nil }
        isRefused = bytes[0] == 1
        isFull = bytes[1] == 1
        tokens = Int(bytes.number(at: 4))
        self.bytes = Int(bytes.number(at: 8))
        reasonLength = Int(bytes.number(at: 12))
        guard reasonLength <= Self.longestReason, isRefused || reasonLength == 0 else { return nil }
    }

    package var encoded: [UInt8] {
        var result = [UInt8](repeating: 0, count: Self.headerLength)
        result[0] = isRefused ? 1 : 0
        result[1] = isFull ? 1 : 0
        result.put(UInt32(clamping: tokens), at: 4)
        result.put(UInt32(clamping: bytes), at: 8)
        result.put(UInt32(clamping: reasonLength), at: 12)
        return result
    }
}
