package import AIUModel
internal import AIUSystem
internal import CSodium

/// Keeps secrets from whoever reads the disk but not the host's own key: a credential that systemd hands to `aiud`, and that the
/// host's TPM or root alone can open.
package struct SecretSeal: Sendable, CustomStringConvertible {
    /// The credential's name.
    package static let credential = "aiu-secrets"
    private static let shortestCredential = 32
    private static let keyLength = 32
    private static let nonceLength = 24
    private static let tagLength = 16
    /// No secret begins with a zero byte.
    private static let magic: [UInt8] = [0, 1]

    private let key: [UInt8]

    package var description: String { "•••" }

    package init(credential: [UInt8]) throws(Failure) {
        guard credential.count >= Self.shortestCredential else {
            throw Failure(
                .invalid,
                "the credential \(Self.credential) has \(credential.count) bytes; it takes random ones, at least 32")
        }
        guard sodium_init() >= 0 else { throw Failure(.internalError, "libsodium cannot be used") }
        var key = [UInt8](repeating: 0, count: Self.keyLength)
        _ = unsafe crypto_generichash(&key, key.count, credential, UInt64(credential.count), nil, 0)
        self.key = key
    }

    /// From the folder that systemd names; nil where it gave nothing.
    package init?(folder: String?) throws(Failure) {
        guard let folder, Files.exists("\(folder)/\(Self.credential)") else { return nil }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Files.read("\(folder)/\(Self.credential)", limit: 1 << 20)
        } catch {
            throw Failure(.unavailable, "the credential \(Self.credential) cannot be read: \(error)")
        }
        try self.init(credential: bytes)
    }

    package static func isSealed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    package func seal(_ content: [UInt8]) -> [UInt8] {
        let nonce = RandomBytes.make(Self.nonceLength)
        var box = [UInt8](repeating: 0, count: content.count + Self.tagLength)
        _ = unsafe crypto_secretbox_easy(&box, content, UInt64(content.count), nonce, key)
        return Self.magic + nonce + box
    }

    /// Nil for what was changed, or sealed with another key.
    package func open(_ bytes: [UInt8]) -> [UInt8]? {
        let head = Self.magic.count + Self.nonceLength
        guard Self.isSealed(bytes), bytes.count >= head + Self.tagLength else { return nil }
        let nonce = Array(bytes[Self.magic.count..<head])
        let box = Array(bytes[head...])
        var content = [UInt8](repeating: 0, count: box.count - Self.tagLength)
        guard unsafe crypto_secretbox_open_easy(&content, box, UInt64(box.count), nonce, key) == 0 else { return nil }
        return content
    }
}
