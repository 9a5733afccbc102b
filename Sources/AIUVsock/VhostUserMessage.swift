/// One message of QEMU's, with the descriptors that came along.
struct VhostUserMessage: ~Copyable {
    static let headerBytes = 12
    static let version: UInt32 = 1
    static let versionMask: UInt32 = 3
    static let reply: UInt32 = 1 << 2
    static let needsReply: UInt32 = 1 << 3

    let request: UInt32
    let flags: UInt32
    let payload: [UInt8]
    var descriptors: ReceivedDescriptors

    var wantsReply: Bool { flags & Self.needsReply != 0 }

    func u32(at offset: Int) -> UInt32? { payload.integer(at: offset) }
    func u64(at offset: Int) -> UInt64? { payload.integer(at: offset) }
}

extension [UInt8] {
    /// The little-endian number at an offset, nil when it is not all there.
    func integer<Value: FixedWidthInteger>(at offset: Int) -> Value? {
        let width = MemoryLayout<Value>.size
        guard offset >= 0, count >= width, offset <= count - width else { return nil }
        var value: Value = 0
        for index in 0..<width { value |= Value(truncatingIfNeeded: self[offset + index]) << (8 * Value(index)) }
        return value
    }

    mutating func append(littleEndian value: some FixedWidthInteger) {
        for index in 0..<(value.bitWidth / 8) { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
