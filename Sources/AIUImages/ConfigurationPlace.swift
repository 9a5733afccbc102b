internal import AIUDigest
internal import AIUJSON
internal import AIUSystem

/// Where a disk's configuration is, kept beside the disk. It holds for as long as nobody but us has written to the disk:
/// once a guest has had it, the file may be anywhere.
struct ConfigurationPlace: Equatable, Codable {
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

    /// Nil when it is not known, or not known any more.
    static func recall(at path: String, for file: borrowing FileDescriptor) throws(SystemError) -> ConfigurationPlace? {
        // Whatever is wrong with the file, the slow way is always right.
        guard let text = try? Files.read(path, limit: 64 * 1024),
            let place = try? JSONText.decode(ConfigurationPlace.self, from: text), let disk = place.disk,
            try FileFacts(of: file).hasContent(of: disk), place.offset > 0,
            place.offset <= disk.size - Int64(StateLayout.configurationBytes)
        else { return nil }
        let found = try SparseFile.read(file, StateLayout.configurationBytes, at: place.offset)
        return SHA256.hex(of: found) == place.sha256 ? place : nil
    }
}
