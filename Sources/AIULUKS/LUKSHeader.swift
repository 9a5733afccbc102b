/// The first bytes of a LUKS disk of version 1, with one key slot in use; numbers in them are big-endian.
struct LUKSHeader: Equatable {
    static let length = 592
    static let slotSector: UInt32 = 8
    /// What the stripes of one slot take, in whole blocks of 4 KiB.
    private static let slotSectors: UInt32 = 504
    private static let slots = 8
    static let payloadSector: UInt32 = 4096
    static let saltLength = 32
    static let digestLength = 20
    private static let enabled: UInt32 = 0x00AC_71F3
    private static let disabled: UInt32 = 0x0000_DEAD
    private static let magic: [UInt8] = Array("LUKS".utf8) + [0xBA, 0xBE, 0, 1]

    var uuid: String
    var digest: [UInt8]
    var digestSalt: [UInt8]
    var digestRounds: UInt32
    var slotSalt: [UInt8]
    var slotRounds: UInt32

    var bytes: [UInt8] {
        var bytes = Self.head
        bytes += Self.number(Self.payloadSector) + Self.number(UInt32(SectorCipher.keyLength))
        bytes += digest + digestSalt + Self.number(digestRounds) + Self.text(uuid, 40)
        for slot in 0..<Self.slots {
            bytes += Self.number(slot == 0 ? Self.enabled : Self.disabled)
            bytes += Self.number(slot == 0 ? slotRounds : 0)
            bytes += slot == 0 ? slotSalt : [UInt8](repeating: 0, count: Self.saltLength)
            bytes += Self.number(Self.slotSector + UInt32(slot) * Self.slotSectors)
            bytes += Self.number(UInt32(AntiForensic.stripes))
        }
        return bytes
    }

    init(uuid: String, digest: [UInt8], digestSalt: [UInt8], slotSalt: [UInt8], rounds: UInt32) {
        self.uuid = uuid
        self.digest = digest
        self.digestSalt = digestSalt
        digestRounds = rounds
        self.slotSalt = slotSalt
        slotRounds = rounds
    }

    /// Only what `bytes` gives is understood: nobody else makes our disks.
    init(_ bytes: [UInt8]) throws(LUKSError) {
        guard bytes.count >= Self.length, bytes.starts(with: Self.head) else { throw .foreign("it is no LUKS of ours") }
        digest = Array(bytes[112..<132])
        digestSalt = Array(bytes[132..<164])
        digestRounds = Self.number(bytes, 164)
        uuid = String(decoding: bytes[168..<208].prefix { $0 != 0 }, as: UTF8.self)
        slotRounds = Self.number(bytes, 212)
        slotSalt = Array(bytes[216..<248])
        let rounds = 1...KeyDerivation.mostRounds
        guard rounds.contains(digestRounds), rounds.contains(slotRounds), self.bytes == Array(bytes[..<Self.length])
        else { throw .foreign("its fields were changed") }
    }

    private static var head: [UInt8] { magic + text("aes", 32) + text("xts-plain64", 32) + text("sha256", 32) }

    private static func text(_ text: String, _ length: Int) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(length - 1))
        return bytes + [UInt8](repeating: 0, count: length - bytes.count)
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
