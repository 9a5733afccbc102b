/// A model's name, valid by construction: 1–63 of a–z, 0–9, `.`, `_` and `-`, with a letter or digit at both ends.
package struct ModelName: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package static let rule = "1 to 63 of a-z, 0-9, '.', '_' and '-', with a letter or digit at both ends"
    private static let longest = 63

    package let text: String

    package init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed),
            let first = text.utf8.first, Self.isAlphanumeric(first),
            let last = text.utf8.last, Self.isAlphanumeric(last)
        else { return nil }
        self.text = text
    }

    /// What a file of this name may be called: without its folder and ending, what is not allowed as `-`.
    package init?(forFile path: String) {
        var file = (path.split(separator: "/").last.map(String.init) ?? "").lowercased()
        if file.hasSuffix(".gguf") { file.removeLast(5) }
        let bytes = file.utf8.map { Self.isAllowed($0) ? $0 : UInt8(ascii: "-") }.drop { !Self.isAlphanumeric($0) }
        var name = Array(bytes.prefix(Self.longest))
        while let last = name.last, !Self.isAlphanumeric(last) { name.removeLast() }
        self.init(String(decoding: name, as: UTF8.self))
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = ModelName(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a model's name: \(Self.rule)")
            )
        }
        self = name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package static func < (left: ModelName, right: ModelName) -> Bool { left.text < right.text }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || Array("._-".utf8).contains(byte) }
}
