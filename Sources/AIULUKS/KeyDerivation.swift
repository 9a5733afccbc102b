internal import AIUSystem
internal import CGnuTLS

/// PBKDF2 with SHA-256. What goes in is as random as what comes out, so few rounds are enough.
enum KeyDerivation {
    static let rounds: UInt32 = 1000
    /// Of a header that somebody changed.
    static let mostRounds: UInt32 = 100_000

    static func derive(
        _ secret: [UInt8], salt: [UInt8], rounds: UInt32, length: Int
    ) throws(SystemError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        let code = unsafe aiu_pbkdf2_sha256(
            secret, secret.count, salt, salt.count, rounds, &output, length)
        guard code == 0 else { throw SystemError("derive a key", "with GnuTLS", code: .ioError) }
        return output
    }
}
