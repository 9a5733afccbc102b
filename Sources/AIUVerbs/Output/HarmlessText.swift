/// A guest's text on its way to a terminal: lines and tabs stay, what would command the terminal does not.
package struct HarmlessText: Sendable {
    /// Bytes of a character that is not complete yet.
    private var rest: [UInt8] = []

    package init() {}

    package mutating func feed(_ bytes: [UInt8]) -> [UInt8] {
        let all = rest + bytes
        let cut = Self.completeLength(all)
        rest = Array(all[cut...])
        var result: [UInt8] = []
        result.reserveCapacity(cut)
        for scalar in String(decoding: all[..<cut], as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 9, 10: result.append(UInt8(scalar.value))
            case 13: break
            case 0..<32, 127: result += "�".utf8
            case 128..<160, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: result += "�".utf8
            case _: result += Array(String(scalar).utf8)
            }
        }
        return result
    }

    /// How much of the bytes does not end within a character.
    private static func completeLength(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte < 0x80 { return bytes.count }
            if byte >= 0xC0 {
                let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                return length > back ? bytes.count - back : bytes.count
            }
        }
        return bytes.count
    }
}
