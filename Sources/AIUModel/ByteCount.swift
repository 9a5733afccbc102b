/// An amount of memory or disk. As in every VM tool, "GB" and "MB" mean powers of 1024 here.
package struct ByteCount: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let bytes: UInt64

    package init(bytes: UInt64) { self.bytes = bytes }

    package static func mebibytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count << 20) }
    package static func gibibytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count << 30) }

    private static let units: [(suffix: String, shift: UInt64)] = [("TB", 40), ("GB", 30), ("MB", 20), ("KB", 10)]

    /// Reads "2GB", "512MB", "512MiB", "1.5G", "65536".
    package init?(parsing text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).uppercased()
        // ASCII only: Unicode has other letters that compare equal to K.
        guard text.utf8.allSatisfy({ $0 < 0x80 }), let number = Double(digits), digits.first != ".", digits.last != "."
        else { return nil }
        let shift: UInt64
        if unit.isEmpty || unit == "B" {
            shift = 0
        } else {
            let known = Self.units.first {
                [$0.suffix, String($0.suffix.prefix(1)), "\($0.suffix.prefix(1))IB"].contains(unit)
            }
            guard let known else { return nil }
            shift = known.shift
        }
        let exact = number * Double(UInt64(1) << shift)
        // Beyond 2^53 a Double is no longer exact, and nobody has such a disk.
        guard exact == exact.rounded(), exact >= 0, exact < 9_007_199_254_740_992 else { return nil }
        bytes = UInt64(exact)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt64.self) {  // a plain number is bytes; anything else must be text
            self.init(bytes: number)
            return
        }
        let text = try container.decode(String.self)
        guard let count = ByteCount(parsing: text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' is not a size such as \"512MB\" or \"2GB\""))
        }
        self = count
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    /// The shortest exact form: "2GB", "1536MB", "100" for odd bytes.
    package var description: String {
        guard bytes > 0 else { return "0" }
        for unit in Self.units where bytes.trailingZeroBitCount >= Int(unit.shift) {
            return "\(bytes >> unit.shift)\(unit.suffix)"
        }
        return String(bytes)
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
