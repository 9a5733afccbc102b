/// A VM's name, valid by construction: 1–63 of a–z, 0–9 and `-`, beginning with a letter, not ending with `-`.
package struct VMName: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package static let rule = "1 to 63 of a-z, 0-9 and '-', beginning with a letter and not ending with '-'"

    package let text: String

    package init?(_ text: String) {
        guard (1...63).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed),
            let first = text.utf8.first, first >= UInt8(ascii: "a"), text.utf8.last != UInt8(ascii: "-")
        else { return nil }
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = VMName(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a VM name: \(Self.rule)"))
        }
        self = name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package static func < (left: VMName, right: VMName) -> Bool { left.text < right.text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }
}
