internal import AIUDigest
internal import AIUSystem

/// The text of a token: `aiu_<id>_<64 hex digits>`.
///
/// Kept as its SHA-256 alone. A slow hash protects words that people choose; 256 random bits cannot be tried out, however quick
/// each try is.
struct TokenSecret: Sendable {
    static let prefix = "aiu_"
    private static let idBytes = 6
    private static let secretBytes = 32

    let text: String
    let id: String

    var digest: String { SHA256.hex(of: text) }

    static func make() -> TokenSecret {
        let id = Hex.text(RandomBytes.make(idBytes))
        return TokenSecret(text: "\(prefix)\(id)_\(Hex.text(RandomBytes.make(secretBytes)))", id: id)
    }

    private init(text: String, id: String) {
        self.text = text
        self.id = id
    }

    /// Nil for what cannot be one.
    init?(parsing text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, "\(parts[0])_" == Self.prefix, Hex.parse(parts[1], count: Self.idBytes) != nil,
            Hex.parse(parts[2], count: Self.secretBytes) != nil
        else { return nil }
        self.init(text: text, id: parts[1])
    }
}
