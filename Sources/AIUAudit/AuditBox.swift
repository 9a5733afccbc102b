internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import CSodium

/// What a record says about a person, and in which words: encrypted under that person's key and bound to the record.
enum AuditBox {
    /// What is inside.
    private struct Content: Codable {
        var actor: AuditActor?
        var detail: JSON?
        var message: String?
    }

    static let keyLength = 32
    private static let nonceLength = 24
    private static let tagLength = 16

    /// The record with nothing of the person but a number that is nobody's.
    static func seal(_ record: AuditRecord, for person: AuditPerson) throws(Failure) -> AuditRecord {
        var plain: [UInt8]
        do throws(JSONError) {
            plain = try JSONText.encode(
                Content(actor: record.actor, detail: record.detail, message: record.message))
        } catch {
            throw Failure(.internalError, "a record of the audit has no JSON form: \(error)")
        }
        let nonce = RandomBytes.make(nonceLength)
        var box = [UInt8](repeating: 0, count: plain.count + tagLength)
        guard unsafe crypto_secretbox_easy(&box, &plain, UInt64(plain.count), nonce, person.key) == 0 else {
            throw Failure(.internalError, "libsodium did not encrypt a record of the audit")
        }
        var sealed = record
        (sealed.actor, sealed.detail, sealed.message) = (nil, nil, nil)
        sealed.person = person.id
        sealed.sealed = text(nonce + box)
        return sealed
    }

    /// Nil when the key is not the one that it was sealed with.
    static func open(_ record: AuditRecord, with key: [UInt8]) -> AuditRecord? {
        guard let bytes = record.sealed.flatMap(bytes), bytes.count >= nonceLength + tagLength else { return nil }
        var plain = [UInt8](repeating: 0, count: bytes.count - nonceLength - tagLength)
        let box = Array(bytes[nonceLength...])
        guard unsafe crypto_secretbox_open_easy(&plain, box, UInt64(box.count), Array(bytes[..<nonceLength]), key) == 0,
            // What was sealed here is what this reads; anything else cannot be shown.
            let content = try? JSONText.decode(Content.self, from: plain)
        else { return nil }
        var opened = record
        (opened.actor, opened.detail, opened.message) = (content.actor, content.detail, content.message)
        opened.sealed = nil
        return opened
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        _ = unsafe sodium_bin2base64(
            &text, text.count, bytes, bytes.count, Int32(sodium_base64_VARIANT_ORIGINAL))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.utf8.count / 4 * 3 + 3)
        var count = 0
        let code = unsafe sodium_base642bin(
            &bytes, bytes.count, text, text.utf8.count, nil, &count, nil, Int32(sodium_base64_VARIANT_ORIGINAL))
        return code == 0 ? Array(bytes[..<count]) : nil
    }
}
