internal import AIULUKS
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// A state disk as its guest sees it: what its file holds, or what lies in there encrypted.
struct DiskContent {
    /// The file as it is.
    static var plain: DiskContent { DiskContent(cipher: nil) }

    let cipher: SectorCipher?

    private init(cipher: SectorCipher?) { self.cipher = cipher }

    /// A disk that is just being made, to whose file the head goes.
    static func make(
        _ key: DiskKey, for id: VMID, in file: borrowing FileDescriptor, to attempt: String
    ) throws(ImageError) -> DiskContent {
        let volume: LUKSVolume.New
        do throws(LUKSError) {
            volume = try LUKSVolume.make(key, uuid: "61697500-7669-8274-8077-\(id)")
        } catch {
            throw .refused(attempt, .internalError, "\(error)")
        }
        try ImageError.attempting(attempt) { () throws(SystemError) in try file.write(volume.head, at: 0) }
        return DiskContent(cipher: volume.cipher)
    }

    /// A disk that is there.
    static func open(
        _ key: DiskKey?, in file: borrowing FileDescriptor, to attempt: String
    ) throws(ImageError) -> DiskContent {
        guard let key else { return plain }
        let head = try ImageError.attempting(attempt) { () throws(SystemError) in
            try file.read(LUKSVolume.headLength, at: 0)
        }
        do throws(LUKSError) {
            return DiskContent(cipher: try LUKSVolume.open(head, key))
        } catch {
            throw .refused(attempt, .damaged, "\(error)")
        }
    }

    /// Where the guest's first byte is in the file.
    var start: Int64 { cipher == nil ? 0 : LUKSVolume.payload }

    /// Whole sectors.
    func read(
        _ count: Int, at offset: Int64, of file: borrowing FileDescriptor
    ) throws(SystemError) -> [UInt8] {
        var bytes = try file.read(count, at: start + offset)
        try cipher?.decrypt(&bytes, at: offset)
        return bytes
    }

    /// Whole sectors.
    func write(_ bytes: [UInt8], at offset: Int64, to file: borrowing FileDescriptor) throws(SystemError) {
        guard let cipher else { return try file.write(bytes, at: offset) }
        var bytes = bytes
        try cipher.encrypt(&bytes, at: offset)
        try file.write(bytes, at: start + offset)
    }
}
