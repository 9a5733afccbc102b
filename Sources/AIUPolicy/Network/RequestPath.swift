/// The path of a request in its one spelling, for rules about paths.
package struct RequestPath: Equatable, Sendable {
    /// Why two servers could read a path differently.
    package enum Fault: String, Error, Sendable, CaseIterable {
        case relative = "a path begins with a slash"
        case characters = "the path has characters that must be encoded"
        case encoding = "the path has a broken percent encoding"
        case separator = "the path hides a slash, a backslash or a zero byte"
        case dots = "the path has dot segments"
        case empty = "the path has an empty segment"
        package var description: String { rawValue }
    }

    package let text: String

    /// Takes a path without its query. Letters that need no encoding are decoded; what servers disagree about is refused.
    package init(_ path: some Sequence<UInt8>) throws(Fault) { try self.init(bytes: Array(path)) }

    private init(bytes path: [UInt8]) throws(Fault) {
        var bytes: [UInt8] = []
        var escape: [UInt8]?
        for byte in path {
            if var digits = escape {
                guard let digit = Self.hexadecimal(byte) else { throw .encoding }
                digits.append(digit)
                guard digits.count == 2 else {
                    escape = digits
                    continue
                }
                escape = nil
                let value = digits[0] << 4 | digits[1]
                guard ![0, 0x2F, 0x5C].contains(value) else { throw .separator }
                if Self.isUnreserved(value) {
                    bytes.append(value)
                } else {
                    bytes += [0x25] + [value >> 4, value & 15].map { $0 < 10 ? 0x30 + $0 : 0x37 + $0 }
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "%"): escape = []
            case UInt8(ascii: "\\"): throw .separator
            case 0x21...0x7E where byte != UInt8(ascii: "#") && byte != UInt8(ascii: "?"): bytes.append(byte)
            default: throw .characters
            }
        }
        guard escape == nil else { throw .encoding }
        guard bytes.first == UInt8(ascii: "/") else { throw .relative }
        let segments = bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            // Some servers end a segment's name at a semicolon: `..;` is `..` to them.
            let name = segment.prefix { $0 != UInt8(ascii: ";") }
            if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { throw .dots }
            if segment.isEmpty, index != segments.count - 1 { throw .empty }
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
