/// Names one request for tokens: the same name again is the same request, never a second one.
package struct RequestID: Hashable, Sendable, Codable, CustomStringConvertible {
    package static let rule = "1 to 64 of a-z, A-Z, 0-9, '-', '_' and '.'"
    private static let length = 32

    package let text: String

    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        self.text = text
    }

    package static func random() -> RequestID {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<length).map { _ in
            String(UInt8.random(in: 0..<16, using: &generator), radix: 16)
        }
        return RequestID(checked: digits.joined())
    }

    private init(checked text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = RequestID(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' does not name a request: \(Self.rule)"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
}
