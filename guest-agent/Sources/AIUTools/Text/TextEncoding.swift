/// How the characters of a file are written.
package enum TextEncoding: String, Equatable, Sendable {
    case utf8, utf16LittleEndian, utf16BigEndian
    /// Western European, one byte a character, as Windows writes it.
    case latin1

    /// What a file is that begins with these bytes, and how long its mark is; nil when it holds no text.
    package static func detect(_ sample: some RandomAccessCollection<UInt8>) -> (encoding: TextEncoding, mark: Int)? {
        if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        var zeros = (even: 0, odd: 0)
        for (place, byte) in sample.enumerated() where byte == 0 {
            if place & 1 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        guard zeros.even + zeros.odd > 0 else { return (isUTF8(sample) ? .utf8 : .latin1, 0) }
        // Without a mark, text of western letters still has a zero in every second byte.
        let half = sample.count / 2
        if zeros.even == 0, zeros.odd * 10 > half * 7 { return (.utf16LittleEndian, 0) }
        if zeros.odd == 0, zeros.even * 10 > half * 7 { return (.utf16BigEndian, 0) }
        return nil
    }

    /// True also when the last character is cut off: a sample ends anywhere.
    private static func isUTF8(_ sample: some RandomAccessCollection<UInt8>) -> Bool {
        let whole = sample.dropLast(min(3, sample.count))
        if String(validating: sample, as: UTF8.self) != nil { return true }
        for cut in 1...3 where sample.count > 3 + cut {
            if String(validating: sample.dropLast(cut), as: UTF8.self) != nil { return true }
        }
        return sample.count <= 3 ? false : whole.allSatisfy { $0 < 0x80 } && sample.suffix(3).allSatisfy { $0 < 0x80 }
    }

    /// The characters of bytes in UTF-8, or, where they are not, in Latin-1: no byte is lost.
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(latin1(byte)) }
        return String(scalars)
    }

    /// All of a file's bytes, its mark already taken off.
    func decode(_ bytes: ArraySlice<UInt8>) -> String {
        switch self {
        case .utf8: String(decoding: bytes, as: UTF8.self)
        case .latin1: Self.text(bytes)
        case .utf16LittleEndian, .utf16BigEndian: String(decoding: units(bytes), as: UTF16.self)
        }
    }

    /// The code units in pairs of bytes; half a pair at the end is dropped.
    func units(_ bytes: some Sequence<UInt8>) -> [UInt16] {
        var units: [UInt16] = []
        var first: UInt8?
        for byte in bytes {
            guard let before = first else {
                first = byte
                continue
            }
            first = nil
            units.append(
                self == .utf16BigEndian
                    ? UInt16(before) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(before))
        }
        return units
    }

    /// Windows-1252 fills the places that ISO 8859-1 leaves to control characters.
    private static let windows: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static func latin1(_ byte: UInt8) -> Unicode.Scalar {
        guard (0x80..<0xA0).contains(byte) else { return Unicode.Scalar(byte) }
        return Unicode.Scalar(windows[Int(byte) - 0x80]) ?? Unicode.Scalar(byte)
    }
}
