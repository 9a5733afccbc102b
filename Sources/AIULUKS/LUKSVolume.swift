package import AIUModel
internal import AIUSystem

/// A disk in LUKS's format, version 1, which QEMU and dm-crypt read alike.
///
/// The passphrase opens a slot; in the slot is the key that the sectors are encrypted with, which is kept nowhere else.
package enum LUKSVolume {
    /// A disk that is to be made: what comes first in it, and what everything behind is encrypted with.
    package struct New {
        /// From the beginning of the file.
        package let head: [UInt8]
        package let cipher: SectorCipher
    }

    /// Where the encrypted sectors begin in the file.
    package static let payload = Int64(LUKSHeader.payloadSector) * Int64(SectorCipher.sector)
    /// As much of the file as is needed to open it, and as has to be destroyed so that nobody ever can again.
    package static let headLength = slotStart + slotLength
    private static let slotStart = Int(LUKSHeader.slotSector) * SectorCipher.sector
    private static let slotLength = AntiForensic.stripes * SectorCipher.keyLength

    /// A volume with a key of its own, which the passphrase opens. `uuid` is for people who look.
    package static func make(_ passphrase: DiskKey, uuid: String) throws(LUKSError) -> New {
        do throws(SystemError) {
            var key = RandomBytes.make(SectorCipher.keyLength)
            defer { wipe(&key) }
            let digestSalt = RandomBytes.make(LUKSHeader.saltLength)
            let header = LUKSHeader(
                uuid: uuid, digest: try digest(of: key, digestSalt, KeyDerivation.rounds), digestSalt: digestSalt,
                slotSalt: RandomBytes.make(LUKSHeader.saltLength), rounds: KeyDerivation.rounds)
            var stripes = AntiForensic.split(key)
            try slotCipher(passphrase, header).encrypt(&stripes, at: 0)
            let gap = [UInt8](repeating: 0, count: slotStart - LUKSHeader.length)
            return New(head: header.bytes + gap + stripes, cipher: try SectorCipher(key: key))
        } catch {
            throw .system(error)
        }
    }

    /// What a volume's sectors are encrypted with, from its first `headLength` bytes.
    package static func open(_ head: [UInt8], _ passphrase: DiskKey) throws(LUKSError) -> SectorCipher {
        guard head.count >= headLength else { throw .foreign("it is too short") }
        let header = try LUKSHeader(head)
        do throws(SystemError) {
            var stripes = Array(head[slotStart..<headLength])
            defer { wipe(&stripes) }
            try slotCipher(passphrase, header).decrypt(&stripes, at: 0)
            guard var key = AntiForensic.merge(stripes, size: SectorCipher.keyLength) else {
                throw SystemError("merge the key", code: .invalidArgument)
            }
            defer { wipe(&key) }
            if try digest(of: key, header.digestSalt, header.digestRounds) == header.digest {
                return try SectorCipher(key: key)
            }
        } catch {
            throw .system(error)
        }
        throw .wrongKey
    }

    private static func digest(of key: [UInt8], _ salt: [UInt8], _ rounds: UInt32) throws(SystemError) -> [UInt8] {
        try KeyDerivation.derive(key, salt: salt, rounds: rounds, length: LUKSHeader.digestLength)
    }

    private static func slotCipher(_ passphrase: DiskKey, _ header: LUKSHeader) throws(SystemError) -> SectorCipher {
        var digits = passphrase.copy()
        defer { wipe(&digits) }
        var key = try KeyDerivation.derive(
            digits, salt: header.slotSalt, rounds: header.slotRounds, length: SectorCipher.keyLength)
        defer { wipe(&key) }
        return try SectorCipher(key: key)
    }
}
