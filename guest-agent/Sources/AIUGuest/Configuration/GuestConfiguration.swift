internal import AIUDigest
internal import AIUJSON
internal import AIUSystem
internal import Glibc

/// One text of `aiu_config.json`, as far as the agent understands it. The same reading at boot and for a change.
package struct GuestConfiguration {
    /// What the agent itself acts on. Everything else is for the programs that it starts.
    private struct Contents: Decodable {
        var timezone: String?
    }

    /// The fields whose values a VM gets when it starts.
    private static let needsRestart: Set<String> = ["resources"]

    /// SHA-256 of the text without the spaces at its end.
    package let digest: String
    package private(set) var problem: String?
    package private(set) var timezone: String?
    private var fields: [JSON.Member] = []

    package init(_ bytes: [UInt8]) {
        let end = bytes.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
        let text = Array(bytes[..<end])
        digest = SHA256.hex(of: text)
        do throws(JSONError) {
            timezone = try JSONText.decode(Contents.self, from: text).timezone
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
