/// Numbers different byte strings in the order in which they come, in one piece of memory.
struct ByteTable: Sendable {
    private var slots: [Int32]
    private var hashes: [UInt32] = []
    private var ends: [Int] = []
    private var bytes: [UInt8] = []

    init() { slots = [Int32](repeating: -1, count: 1024) }

    var count: Int { ends.count }
    var byteCount: Int { bytes.count + slots.count * 4 + ends.count * 12 }

    func key(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    func text(_ index: Int) -> String { TextEncoding.text(key(index)) }

    /// The number of a string, a new one for one that was not there.
    mutating func index(of key: Span<UInt8>) -> Int {
        let hash = Self.hash(key)
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while true {
            let index = Int(slots[slot])
            if index < 0 { break }
            if hashes[index] == hash, isEqual(index, key) { return index }
            slot = (slot + 1) & mask
        }
        for place in key.indices { bytes.append(key[place]) }
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = Int32(ends.count - 1)
        if ends.count * 2 > slots.count { grow() }
        return ends.count - 1
    }

    private func isEqual(_ index: Int, _ key: Span<UInt8>) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == key.count else { return false }
        for place in key.indices where bytes[start + place] != key[place] { return false }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for index in hashes.indices {
            var slot = Int(hashes[index]) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index)
        }
    }

    private static func hash(_ key: Span<UInt8>) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in key.indices {
            hash ^= UInt64(key[place])
            hash = hash &* 0x100_0000_01B3
        }
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}
