internal import AIULUKS
internal import AIUModel
internal import AIUSeal
internal import AIUSystem
internal import Glibc

/// The keys of encrypted disks: one file in each VM's folder, sealed under the host's own key, and bound to the VM.
struct DiskKeys: Sendable {
    static let fileName = "disk.key"
    private static let longest = 4096
    private static let advice =
        "docs/operations.md says how to give it one, under \"Encrypted disks\""

    let seal: SecretSeal?

    func isEncrypted(_ home: String) -> Bool { Files.exists("\(home)/\(Self.fileName)") }

    /// Says that no disk can be encrypted here.
    func require(to attempt: String) throws(ImageError) -> SecretSeal {
        try require("it is to be encrypted", "to keep its key under", to: attempt)
    }

    private func require(_ what: String, _ purpose: String, to attempt: String) throws(ImageError) -> SecretSeal {
        if let seal { return seal }
        throw .refused(
            attempt, .unavailable,
            "\(what), and aiud has no credential '\(SecretSeal.credential)' \(purpose); \(Self.advice)")
    }

    /// Makes a key and keeps it in the VM's folder.
    func make(for id: VMID, in home: String, to attempt: String) throws(ImageError) -> DiskKey {
        let seal = try require(to: attempt)
        var random = RandomBytes.make(DiskKey.length / 2)
        var digits = Hex.bytes(random)
        var content = Self.label(id) + digits
        defer {
            wipe(&random)
            wipe(&digits)
            wipe(&content)
        }
        guard let key = DiskKey(digits) else { throw .refused(attempt, .internalError, "the new key is no key") }
        let sealed = seal.seal(content)
        try ImageError.attempting(attempt) { () throws(SystemError) in
            try Files.replace("\(home)/\(Self.fileName)", with: sealed, mode: 0o600)
        }
        return key
    }

    /// Nil where the disk is not encrypted.
    func key(of id: VMID, in home: String, to attempt: String) throws(ImageError) -> DiskKey? {
        let path = "\(home)/\(Self.fileName)"
        guard Files.exists(path) else { return nil }
        let seal = try require("it is encrypted", "to open its key with", to: attempt)
        let sealed = try ImageError.attempting(attempt) { () throws(SystemError) in
            try Files.read(path, limit: Self.longest)
        }
        guard var content = seal.open(sealed) else {
            throw .refused(
                attempt, .denied,
                "the key of its disk does not open with the credential '\(SecretSeal.credential)' that aiud has now; "
                    + "give aiud the one with which the VM was made")
        }
        var digits = Array(content.suffix(DiskKey.length))
        defer {
            wipe(&content)
            wipe(&digits)
        }
        guard content.starts(with: Self.label(id)), content.count == Self.label(id).count + DiskKey.length,
            let key = DiskKey(digits)
        else { throw .refused(attempt, .damaged, "the key at \(path) is not this VM's") }
        return key
    }

    /// Makes sure that nobody can ever open the disk again: overwrites the key, and the part of the disk that it would open.
    /// What a file system or a disk keeps of overwritten blocks is sealed still.
    static func destroy(in home: String) throws(SystemError) {
        let key = "\(home)/\(fileName)"
        guard Files.exists(key) else { return }
        try overwrite("\(home)/\(StateDisks.diskName)", LUKSVolume.headLength)
        try overwrite(key, longest)
        try Files.remove(key)
    }

    private static func overwrite(_ path: String, _ most: Int) throws(SystemError) {
        guard Files.exists(path) else { return }
        let file = try FileDescriptor.open(path, O_WRONLY | O_NOFOLLOW)
        let length = min(Int(clamping: try file.metadata().st_size), most)
        try file.write([UInt8](repeating: 0, count: length), at: 0)
        try file.synchronize()
    }

    /// So that one VM's key is no other's.
    private static func label(_ id: VMID) -> [UInt8] { Array("aiu disk key 1 \(id) ".utf8) }
}
