internal import AIUSystem
internal import CSodium

/// Checks the signatures of one audit.
package struct AuditPublicKey: Equatable, Sendable, CustomStringConvertible {
    static let length = 32
    static let signatureLength = 64

    private let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// 64 hex digits.
    package init?(_ text: String) {
        guard let bytes = Hex.parse(text, count: Self.length) else { return nil }
        self.bytes = bytes
    }

    package var description: String { Hex.text(bytes) }

    func accepts(_ signature: String, of message: String) -> Bool {
        guard let signature = Hex.parse(signature, count: Self.signatureLength) else { return false }
        let message = Array(message.utf8)
        return unsafe crypto_sign_verify_detached(signature, message, UInt64(message.count), bytes) == 0
    }
}
