internal import AIUDigest
internal import AIUJSON
internal import AIUSystem
internal import Glibc

/// One text of `aiu_config.json`, as far as the agent understands it. The same reading at boot and for a change.
package struct GuestConfiguration {
    /// What the agent itself acts on. Everything else is for the programs that it starts.
    private struct Contents: Decodable {
        var timezone: String?
        var networkPolicy: String?

        enum CodingKeys: String, CodingKey {
            case timezone
            case networkPolicy = "network_policy"
        }
    }

    /// The fields whose values a VM gets when it starts.
    private static let needsRestart: Set<String> = ["resources"]

    /// SHA-256 of the text without the spaces at its end.
    package let digest: String
    package private(set) var problem: String?
    package private(set) var timezone: String?
    /// Whether anything outside may be reached; what, the host knows and decides.
    package private(set) var reachesOut = false
    private var fields: [JSON.Member] = []

    package init(_ bytes: [UInt8]) {
        let end = bytes.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
        let text = Array(bytes[..<end])
        digest = SHA256.hex(of: text)
        do throws(JSONError) {
            let contents = try JSONText.decode(Contents.self, from: text)
            timezone = contents.timezone
            reachesOut = contents.networkPolicy.map { $0 != "isolated" } ?? false
            fields = try JSON(parsing: text).membersValue ?? []
        } catch {
            problem = "\(error)"
        }
    }

    /// The names of the fields that have another value than in `former`, those aside that a restart is needed for.
    func changes(from former: GuestConfiguration?) -> [String] {
        let names = fields.map(\.name) + (former?.fields.map(\.name) ?? [])
        var changed: [String] = []
        for name in names where !changed.contains(name) && !Self.needsRestart.contains(name) {
            if self[name] != former?[name] { changed.append(name) }
        }
        return changed
    }

    private subscript(name: String) -> JSON? { fields.first { $0.name == name }?.value }
}
