/// What the counting program is asked: a header of fixed length, then so many bytes of text.
package struct TokenQuestion: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// A model's file comes along as a descriptor and takes the place in the slot.
        case open = 1
        case count = 2
    }

    package static let headerLength = 16
    /// Vocabularies that one process holds.
    package static let slots = 4
    package static let longestText = 64 * 1024

    package var kind: Kind
    package var slot: Int
    /// The text begins, ends, with these bytes.
    package var isFirst = false
    package var isLast = false
    package var limit = 0
    package var length = 0

    package init(kind: Kind, slot: Int) {
        self.kind = kind
        self.slot = slot
    }

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.headerLength, let kind = Kind(rawValue: bytes[0]), bytes[1] <= 3 else { return nil }
        self.kind = kind
        isFirst = bytes[1] & 1 != 0
        isLast = bytes[1] & 2 != 0
        slot = Int(bytes[2])
        limit = Int(bytes.number(at: 4))
        length = Int(bytes.number(at: 8))
        guard slot < Self.slots, length <= Self.longestText, kind == .count || length == 0 else { return nil }
    }

    package var encoded: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.headerLength)
        bytes[0] = kind.rawValue
        bytes[1] = (isFirst ? 1 : 0) | (isLast ? 2 : 0)
        bytes[2] = UInt8(truncatingIfNeeded: slot)
        bytes.put(UInt32(clamping: limit), at: 4)
        bytes.put(UInt32(clamping: length), at: 8)
        return bytes
    }
}

extension [UInt8] {
    /// Four bytes, low byte first. The array is long enough.
    func number(at index: Int) -> UInt32 {
        var number: UInt32 = 0
        for offset in (0..<4).reversed() { number = number << 8 | UInt32(self[index + offset]) }
        return number
    }

    mutating func put(_ number: UInt32, at index: Int) {
        for offset in 0..<4 { self[index + offset] = UInt8(truncatingIfNeeded: number >> UInt32(8 * offset)) }
    }
}
