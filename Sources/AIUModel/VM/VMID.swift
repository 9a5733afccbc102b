/// What a VM is called on disk and in libvirt: 12 hex digits, chosen at creation, never changed and never reused.
package struct VMID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package static let length = 12

    package let text: String

    package init?(_ text: String) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.isHexDigit) else { return nil }
        self.text = text
    }

    package static func random() -> VMID {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<length).map { _ in String(UInt8.random(in: 0..<16, using: &generator), radix: 16) }
        return VMID(checked: digits.joined())
    }

    private init(checked text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = VMID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a VM identifier"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package static func < (left: VMID, right: VMID) -> Bool { left.text < right.text }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
