internal import AIUDigest
internal import AIUJSON
internal import AIUSystem
internal import Glibc

/// `/etc/aiu_config.json` as the host wrote it.
package struct GuestConfiguration {
    package static let path = "/etc/aiu_config.json"
    /// The file has this size; the JSON is padded with spaces at its end.
    private static let size = 32 * 1024

    /// What the agent itself acts on. Everything else is for the programs that it starts.
    private struct Contents: Decodable {
        var timezone: String?
    }

    /// SHA-256 of the text without the spaces at its end; empty when there is no file.
    package private(set) var digest = ""
    package private(set) var problem: String?
    package private(set) var timezone: String?

    package init(path: String = GuestConfiguration.path) {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Files.read(path, limit: Self.size)
        } catch {
            problem = "\(error); defaults are used"
            return
        }
        let end = bytes.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
        let text = Array(bytes[..<end])
        digest = SHA256.hex(of: text)
        do throws(JSONError) {
            timezone = try JSONText.decode(Contents.self, from: text).timezone
        } catch {
            problem = "\(path) is not usable: \(error); defaults are used"
        }
    }
}
