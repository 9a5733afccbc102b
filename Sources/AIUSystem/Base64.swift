/// Bytes as text that JSON and HTTP can carry: RFC 4648, with padding.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
    private static let padding = UInt8(ascii: "=")

    /// Nil when the bytes are UTF-8 and need no other form.
    package static func unlessText(_ bytes: [UInt8]) -> String? {
        String(validating: bytes, as: UTF8.self) == nil ? encode(bytes) : nil
    }

    package static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes, after: ""), as: UTF8.self)
    }

    /// In one piece of memory, which its owner may wipe.
    package static func encode(_ bytes: [UInt8], after start: String) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(start.utf8.count + (bytes.count + 2) / 3 * 4)
        text += start.utf8
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= count ? alphabet[Int(group >> UInt32(18 - 6 * index) & 63)] : padding)
            }
        }
        return text
    }

    package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)[...]) }

    /// Strict: padding is required, nothing else is allowed between or behind, and spare bits are zero.
    package static func decode(_ letters: ArraySlice<UInt8>) -> [UInt8]? {
        guard letters.count % 4 == 0 else { return nil }
        let pads = letters.suffix(2).reversed().prefix { $0 == padding }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for letter in letters.dropLast(pads) {
            let value = values[Int(letter)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }
}
