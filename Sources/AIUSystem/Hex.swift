/// Bytes as lower-case hex digits.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    package static func bytes(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    package static func text(_ raw: [UInt8]) -> String { String(decoding: bytes(raw), as: UTF8.self) }

    /// Nil unless there are exactly so many bytes.
    package static func parse(_ text: String, count: Int) -> [UInt8]? {
        let source = Array(text.utf8)
        guard source.count == 2 * count else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: source.count, by: 2) {
            guard let high = value(source[index]), let low = value(source[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x57
        case _: nil
        }
    }
}
