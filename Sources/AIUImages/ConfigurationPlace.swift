internal import AIUDigest
internal import AIUJSON
internal import AIUSystem

/// Where a disk's configuration is, kept beside the disk. It holds for as long as nobody but us has written to the disk.
/// Once a guest has had it, the place holds while the very document that the guest has confirmed is found there: agents
/// write in place. Where a guest has left that document behind and put its file elsewhere, what is written here goes
/// unseen, and the guest is given its document when it is up.
struct ConfigurationPlace: Equatable, Codable {
    static let longest = 64 * 1024
    static let fileName = "configuration-place.json"

    let offset: Int64
    /// Of the whole padded file.
    let sha256: String
    /// How the disk looked when we were last done with it.
    private var disk: FileFacts?

    init(offset: Int64, content: [UInt8]) {
        self.offset = offset
        sha256 = SHA256.hex(of: content)
    }

    /// Call when nothing more will be written to the disk, which must be in this file already.
    func remember(at path: String, for file: borrowing FileDescriptor) throws(SystemError) {
        var place = self
        place.disk = try FileFacts(of: file)
        // Integers and hex digits always encode; without the file the slow way is taken.
        guard let text = try? JSONText.encode(place) else { return }
        try Files.replace(path, with: text)
    }

    /// Nil when it is not known, or not known any more. `digest` is that of the document that the disk holds.
    static func recall(
        at path: String, for file: borrowing FileDescriptor, _ content: DiskContent, holding digest: String? = nil
    ) throws(SystemError) -> ConfigurationPlace? {
        // Whatever is wrong with the file, the slow way is always right.
        guard let text = try? Files.read(path, limit: longest),
            let place = try? JSONText.decode(ConfigurationPlace.self, from: text), let disk = place.disk,
            place.offset > 0, place.offset <= disk.size - Int64(StateLayout.configurationBytes)
        else { return nil }
        let facts = try FileFacts(of: file)
        // A disk never shrinks, but somebody may have replaced it.
        guard content.start + place.offset <= facts.size - Int64(StateLayout.configurationBytes) else { return nil }
        let found = try content.read(StateLayout.configurationBytes, at: place.offset, of: file)
        if facts.hasContent(of: disk) { return SHA256.hex(of: found) == place.sha256 ? place : nil }
        let end = found.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
        return SHA256.hex(of: Array(found[..<end])) == digest ? place : nil
    }
}
