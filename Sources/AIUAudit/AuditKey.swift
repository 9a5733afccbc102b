internal import AIUModel
internal import AIUSystem
internal import CSodium

/// What the supervisor signs with: an Ed25519 key, made at the first start and kept in a file of its own.
struct AuditKey: Sendable, CustomStringConvertible {
    private static let seedLength = 32
    private static let secretLength = 64

    let publicKey: AuditPublicKey
    private let secret: [UInt8]

    var description: String { "•••" }

    /// Reads the key; makes it where there may be none yet.
    init(file path: String, mayMake: Bool) throws(Failure) {
        guard sodium_init() >= 0 else { throw Failure(.internalError, "libsodium cannot be used") }
        let seed: [UInt8]
        do throws(SystemError) {
            if mayMake, !Files.exists(path) {
                try Files.replace(path, with: Hex.bytes(RandomBytes.make(Self.seedLength)))
            }
            seed =
                Hex.parse(String(decoding: try Files.read(path, limit: 256), as: UTF8.self), count: Self.seedLength)
                ?? []
        } catch {
            throw Failure(
                .damaged,
                "the audit's key cannot be read: \(error); put it back from a backup, or move its folder away to begin a new "
                    + "audit")
        }
        guard seed.count == Self.seedLength else {
            throw Failure(
                .damaged,
                "\(path) is not the audit's key any more; put it back from a backup, or move it and \(path)'s folder away to "
                    + "begin a new audit")
        }
        var open = [UInt8](repeating: 0, count: AuditPublicKey.length)
        var secret = [UInt8](repeating: 0, count: Self.secretLength)
        guard unsafe crypto_sign_seed_keypair(&open, &secret, seed) == 0 else {
            throw Failure(.internalError, "libsodium made no key of \(path)")
        }
        publicKey = AuditPublicKey(bytes: open)
        self.secret = secret
    }

    func sign(_ message: String) -> String {
        let message = Array(message.utf8)
        var signature = [UInt8](repeating: 0, count: AuditPublicKey.signatureLength)
        _ = unsafe crypto_sign_detached(&signature, nil, message, UInt64(message.count), secret)
        return Hex.text(signature)
    }
}
