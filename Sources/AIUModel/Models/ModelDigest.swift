/// What a model is, whatever its names are: the SHA-256 of its file as 64 hex digits.
package struct ModelDigest: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let hex: String

    package init?(_ hex: String) {
        guard HexDigest.isSHA256(hex) else { return nil }
        self.hex = hex
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = ModelDigest(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a SHA-256 in hex"))
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    package var description: String { hex }
    /// Enough to tell models apart by eye.
    package var short: String { String(hex.prefix(12)) }

    package static func < (left: ModelDigest, right: ModelDigest) -> Bool { left.hex < right.hex }
}
