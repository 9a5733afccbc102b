internal import AIUJSON
internal import AIUModel
internal import AIUSystem

/// The signed end of the audit, in a file beside it: whoever cuts lines off the end cannot make another.
struct AuditSeal: Equatable, Codable {
    /// What the file is filled up to.
    static let length = 320

    var sequence: Int64
    var digest: String
    var signature: String

    private static func message(_ sequence: Int64, _ digest: String) -> String {
        "aiu audit end 1\n\(sequence)\n\(digest)\n"
    }

    init(sequence: Int64, digest: String, key: AuditKey) {
        self.sequence = sequence
        self.digest = digest
        signature = key.sign(Self.message(sequence, digest))
    }

    var text: [UInt8] {
        let members: JSON = [
            "sequence": .integer(sequence), "digest": .string(digest), "signature": .string(signature),
        ]
        return Array(members.text().utf8)
    }

    func isGenuine(_ key: AuditPublicKey) -> Bool { key.accepts(signature, of: Self.message(sequence, digest)) }

    /// What is signed by a checkpoint.
    static func checkpoint(_ record: AuditRecord, after previous: [UInt8]) -> String {
        "aiu audit checkpoint 1\n\(record.sequence)\n\(record.time)\n\(String(decoding: previous, as: UTF8.self))\n"
    }

    /// Nil when there is none, or none that can be read: it was being written when the power went.
    static func read(_ path: String) -> AuditSeal? {
        guard let bytes = try? Files.read(path, limit: 4096) else { return nil }
        // As above.
        return try? JSONText.decode(AuditSeal.self, from: bytes)
    }
}
