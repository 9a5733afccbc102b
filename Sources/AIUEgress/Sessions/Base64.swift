/// Base64 with padding, as basic authentication has it.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// In one piece of memory, which its owner may wipe.
    static func encode(_ bytes: [UInt8], after start: String) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(start.utf8.count + (bytes.count + 2) / 3 * 4)
        text += start.utf8
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = 0
            for index in 0..<3 { group = group << 8 | (index < count ? Int(bytes[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= count ? digits[group >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return text
    }

    /// `nil` for anything but whole groups of four.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group = 0
        for (index, byte) in text.enumerated() {
            let value: Int
            if index >= text.count - padding {
                value = 0
            } else if let digit = value6(byte) {
                value = digit
            } else {
                return nil
            }
            group = group << 6 | value
            guard index % 4 == 3 else { continue }
            bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: group >> $0) }
            group = 0
        }
        bytes.removeLast(min(padding, bytes.count))
        return bytes
    }

    private static func value6(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x41...0x5A: Int(byte) - 0x41
        case 0x61...0x7A: Int(byte) - 0x61 + 26
        case 0x30...0x39: Int(byte) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
