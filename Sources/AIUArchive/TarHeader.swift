/// The header of one plain file in a tar archive: 512 bytes.
package struct TarHeader: Equatable, Sendable {
    package static let length = 512

    package var name: String
    package var size: UInt64

    package init(name: String, size: UInt64) {
        self.name = name
        self.size = size
    }

    /// The zeros after a member's content.
    package static func padding(after size: UInt64) -> Int { Int((512 - size % 512) % 512) }

    // Where the fields are.
    private static let nameField = 0..<100
    private static let modeField = 100..<108
    private static let userField = 108..<116
    private static let groupField = 116..<124
    private static let sizeField = 124..<136
    private static let timeField = 136..<148
    private static let checksumField = 148..<156
    private static let type = 156
    private static let linkField = 157..<257
    private static let magicField = 257..<265
    private static let prefixField = 345..<500

    private static let plainFile = UInt8(ascii: "0")
    private static let largestOctal: UInt64 = 0o77777777777

    /// The same VM gives the same bytes: owner and time are always zero.
    package var encoded: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.length)
        Self.put(Array(name.utf8), into: &block, Self.nameField)
        Self.put(Array("0000600".utf8), into: &block, Self.modeField)
        for field in [Self.userField, Self.groupField] { Self.put(Array("0000000".utf8), into: &block, field) }
        Self.put(Self.number(size), into: &block, Self.sizeField)
        Self.put(Array("00000000000".utf8), into: &block, Self.timeField)
        block[Self.type] = Self.plainFile
        Self.put(Array("ustar\u{0}00".utf8), into: &block, Self.magicField)
        let sum = Self.octal(UInt64(Self.sum(block)), digits: 6)
        Self.put(sum + [0, UInt8(ascii: " ")], into: &block, Self.checksumField)
        return block
    }

    /// Reads a header that must be that of a plain file without a folder.
    package static func parse(_ block: [UInt8]) throws(ArchiveError) -> TarHeader {
        guard block.count == length, block[magicField].starts(with: Array("ustar".utf8)) else {
            throw .malformed("there is no tar header where one must be")
        }
        guard let stated = octalValue(block[checksumField]), stated == UInt64(sum(block)) else {
            throw ArchiveError(.read, .damaged("the checksum of a tar header is wrong"))
        }
        guard block[type] == plainFile, block[linkField].allSatisfy({ $0 == 0 }) else {
            throw .malformed("it holds something that is no plain file")
        }
        guard block[prefixField].allSatisfy({ $0 == 0 }) else { throw .malformed("it holds a file in a folder") }
        guard let size = size(block[sizeField]) else { throw .malformed("a tar header states no size") }
        let name = block[nameField].prefix { $0 != 0 }
        return TarHeader(name: String(decoding: name, as: UTF8.self), size: size)
    }

    private static func put(_ bytes: [UInt8], into block: inout [UInt8], _ field: Range<Int>) {
        for (offset, byte) in bytes.prefix(field.count).enumerated() { block[field.lowerBound + offset] = byte }
    }

    /// Octal digits, or from 8 GiB on GNU's binary form, which every tar of today reads.
    private static func number(_ value: UInt64) -> [UInt8] {
        if value <= largestOctal { return octal(value, digits: 11) }
        var bytes = [UInt8](repeating: 0, count: 12)
        bytes[0] = 0x80
        for index in 0..<8 { bytes[11 - index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
        return bytes
    }

    private static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
        (0..<digits).reversed().map { UInt8(ascii: "0") + UInt8(value >> (3 * $0) & 7) }
    }

    private static func size(_ field: ArraySlice<UInt8>) -> UInt64? {
        let bytes = Array(field)
        guard bytes[0] & 0x80 != 0 else { return octalValue(field) }
        guard bytes[0] == 0x80, bytes[1..<4].allSatisfy({ $0 == 0 }) else { return nil }
        return bytes[4...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func octalValue(_ field: ArraySlice<UInt8>) -> UInt64? {
        var digits = field.drop { $0 == UInt8(ascii: " ") }
        while let last = digits.last, last == 0 || last == UInt8(ascii: " ") { digits.removeLast() }
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 << 3 | UInt64($1 - UInt8(ascii: "0")) }
    }

    /// Of all bytes, with spaces where the sum itself is.
    private static func sum(_ block: [UInt8]) -> Int {
        block.indices.reduce(0) { $0 + (checksumField.contains($1) ? 32 : Int(block[$1])) }
    }
}
