/// A model that a VM has as a read-only disk. The host tells of each in a word of the kernel's command line; the agent
/// writes them down for the programs that run models.
package struct AttachedModel: Codable, Equatable, Sendable {
    /// As many as there are roles.
    package static let most = 5
    /// Where the agent puts them: `NAME.gguf` for each, and the list.
    package static let folder = "/aiu/models"
    package static let list = "\(folder)/models.json"
    private static let mark = "aiu.model="
    private static let longestName = 63
    private static let longestSerial = 20
    private static let roles: Set<String> = ["router", "reasoning", "creative", "analysis", "embedding"]

    package var name: String
    /// The serial number of its disk: the first digits of the SHA-256 of its file.
    package var serial: String
    /// Of its file. The disk is as long, rounded up to whole sectors.
    package var bytes: Int64
    /// What it is for.
    package var roles: [String]

    /// `digest` is that of its file, in hex.
    package init(name: String, digest: String, bytes: Int64, roles: [String]) {
        self.name = name
        serial = String(digest.prefix(Self.longestSerial))
        self.bytes = bytes
        self.roles = roles
    }

    package var path: String { "\(Self.folder)/\(name).gguf" }

    /// How long its disk is.
    package var sectors: Int64 { bytes / 512 + (bytes % 512 == 0 ? 0 : 1) }

    package var bootWord: String { "\(Self.mark)\(name):\(serial):\(bytes):\(roles.joined(separator: "+"))" }

    /// Nil for every other word, and for one that no host of ours wrote.
    package init?(bootWord: String) {
        guard bootWord.hasPrefix(Self.mark) else { return nil }
        let parts = bootWord.dropFirst(Self.mark.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, (1...Self.longestName).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy(Self.isPartOfName), parts[0].first != ".",
            (1...Self.longestSerial).contains(parts[1].utf8.count), parts[1].allSatisfy(\.isHexDigit),
            let bytes = Int64(parts[2]), bytes > 0
        else { return nil }
        let roles = parts[3].split(separator: "+").map(String.init)
        guard !roles.isEmpty, roles.count <= Self.most, roles.allSatisfy(Self.roles.contains) else { return nil }
        self.init(name: String(parts[0]), digest: String(parts[1]), bytes: bytes, roles: roles)
    }

    /// All that a command line tells of.
    package static func all(onCommandLine text: String) -> [AttachedModel] {
        let words = text.split { $0 == " " || $0 == "\n" }
        return Array(words.compactMap { AttachedModel(bootWord: String($0)) }.prefix(most))
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || Array("._-".utf8).contains(byte)
    }
}
