internal import AIUDigest
package import AIUModel

/// How a state disk looks inside: what host and agent agree on.
package enum StateLayout {
    /// A folder that is there from the start.
    struct Folder {
        let path: String
        let mode: Int32
        let owner: Int32
    }

    static let label = "aiu-state"
    /// The size of the stamp and the smallest disk; the agent grows the file system to the disk's size at boot.
    package static let smallest = ConfigBounds.storage.lowerBound
    package static let largest = ConfigBounds.storage.upperBound
    /// The configuration's fixed size in its file: the text, padded with spaces.
    package static let configurationBytes = 32 * 1024
    /// As the guest sees it.
    package static let configurationPath = "/etc/aiu_config.json"

    static let blockSize: Int32 = 4096
    /// Few inodes, because their tables are written when the file system grows: 65 536 on a disk of 2 GiB.
    static let bytesPerInode: Int32 = 32 * 1024
    /// ext4's smallest.
    static let journalMebibytes: Int32 = 4
    static let reservedPercent: Int32 = 1
    static let storedConfiguration = "/upper\(configurationPath)"
    static let configurationMode: Int32 = 0o644

    static let folders = [
        // `upper` and `work` are the overlay's; what is in `upper` covers the read-only root file system.
        Folder(path: "/upper", mode: 0o755, owner: 0),
        Folder(path: "/upper/etc", mode: 0o755, owner: 0),
        Folder(path: "/upper/workspace", mode: 0o755, owner: 1000),
        Folder(path: "/work", mode: 0o700, owner: 0),
        // The agent's own, which nothing in the VM's tree shows.
        Folder(path: "/aiu", mode: 0o700, owner: 0),
    ]

    /// Names this layout: another layout gets another stamp.
    package static var digest: String {
        let parts =
            [
                "3", label, "\(smallest.bytes)", "\(configurationBytes)", storedConfiguration, "\(configurationMode)",
                "\(blockSize)", "\(bytesPerInode)", "\(journalMebibytes)", "\(reservedPercent)",
            ] + folders.map { "\($0.path) \($0.mode) \($0.owner)" }
        return String(SHA256.hex(of: parts.joined(separator: "\n")).prefix(16))
    }

    /// The file's bytes for a configuration.
    package static func padded(_ configuration: [UInt8]) throws(ImageError) -> [UInt8] {
        guard configuration.count <= configurationBytes else {
            throw .refused(
                "store the configuration", .invalid,
                "it has \(configuration.count) bytes, and \(configurationBytes) is the most; shorten it")
        }
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: configurationBytes - configuration.count)
        return configuration + padding
    }
}
