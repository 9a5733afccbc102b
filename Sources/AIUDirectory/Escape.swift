/// Names inside of what a directory reads as a language.
package enum Escape {
    /// In a distinguished name (RFC 4514): everything but letters, digits and a few harmless signs in hex.
    package static func name(_ text: String) -> String { hex(text, harmless: "-_.@".utf8.map { $0 }) }

    /// In a filter (RFC 4515).
    package static func filter(_ text: String) -> String {
        String(decoding: text.utf8.flatMap { byte in special(byte) ? escaped(byte) : [byte] }, as: UTF8.self)
    }

    private static func special(_ byte: UInt8) -> Bool { "*()\\\u{0}".utf8.contains(byte) || byte > 0x7F }

    private static func hex(_ text: String, harmless: [UInt8]) -> String {
        String(
            decoding: text.utf8.flatMap { byte -> [UInt8] in
                let isPlain =
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || harmless.contains(byte)
                return isPlain ? [byte] : escaped(byte)
            }, as: UTF8.self)
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [0x5C, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
