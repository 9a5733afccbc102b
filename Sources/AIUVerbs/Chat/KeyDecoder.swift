/// Turns a terminal's bytes into keys. Bytes of a key that is not complete wait for the next ones.
package struct KeyDecoder: Sendable {
    /// Of a sequence that begins like a key and never ends.
    private static let longestSequence = 32
    private static let pasteBegin = Array("\u{1B}[200~".utf8)
    private static let pasteEnd = Array("\u{1B}[201~".utf8)
    private static let escape: UInt8 = 0x1B

    private var pending: [UInt8] = []
    private var pasted: [UInt8]?
    /// Of what was pasted; the rest is thrown away.
    private let longestPaste: Int

    package init(longestPaste: Int = 64 * 1024) { self.longestPaste = longestPaste }

    package mutating func feed(_ bytes: [UInt8]) -> [Key] {
        var keys: [Key] = []
        for byte in bytes {
            if pasted != nil {
                if let text = paste(byte) { keys.append(.text(text)) }
            } else {
                pending.append(byte)
                if let key = take() { keys.append(key) }
            }
        }
        return keys
    }

    private mutating func paste(_ byte: UInt8) -> String? {
        guard var bytes = pasted else { return nil }
        bytes.append(byte)
        // The end may stand across the limit, so a little more is kept.
        if bytes.count > longestPaste + Self.pasteEnd.count { bytes.remove(at: longestPaste) }
        guard bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) else {
            pasted = bytes
            return nil
        }
        pasted = nil
        return Self.harmless(bytes.dropLast(Self.pasteEnd.count).prefix(longestPaste))
    }

    /// Terminals send line ends as carriage returns; other control characters are not for a text.
    private static func harmless(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var former: Unicode.Scalar = " "
        for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\r": text.unicodeScalars.append("\n")
            case "\n": if former != "\r" { text.unicodeScalars.append("\n") }
            case "\t": text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): break
            case _: text.unicodeScalars.append(scalar)
            }
            former = scalar
        }
        return text
    }

    /// The key that the pending bytes are, nil while more must come.
    private mutating func take() -> Key? {
        guard let first = pending.first else { return nil }
        if first == Self.escape { return takeSequence() }
        if first < 0x20 || first == 0x7F { return finish(Self.control(first)) }
        let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        // A byte that cannot follow begins something new.
        if let last = pending.dropFirst().last, last & 0xC0 != 0x80 {
            pending = [last]
            return last == Self.escape || last >= 0x80 ? nil : take()
        }
        guard pending.count >= length else { return nil }
        return finish(String(validating: pending, as: UTF8.self).map { .text($0) } ?? .unknown)
    }

    private static func control(_ byte: UInt8) -> Key {
        switch byte {
        // What was typed during an answer went through the terminal's own line editing, which turns one into the other.
        case 0x0D, 0x0A: .enter
        case 0x08, 0x7F: .backspace
        case _: .control(Character(Unicode.Scalar(byte + 0x40)))
        }
    }

    private mutating func takeSequence() -> Key? {
        guard pending.count > 1 else { return nil }
        switch pending[1] {
        case UInt8(ascii: "["), UInt8(ascii: "O"):
            guard pending.count > 2, let last = pending.last else { return nil }
            guard (0x40...0x7E).contains(last) else {
                return pending.count < Self.longestSequence ? nil : finish(.unknown)
            }
            if pending == Self.pasteBegin {
                pending = []
                pasted = []
                return nil
            }
            return finish(Self.sequence(pending.dropFirst(2)))
        case 0x0D, 0x0A: return finish(.newLine)
        case UInt8(ascii: "b"): return finish(.wordLeft)
        case UInt8(ascii: "f"): return finish(.wordRight)
        case UInt8(ascii: "d"): return finish(.killWordRight)
        case 0x7F, 0x08: return finish(.control("W"))
        // Escape twice: the second begins anew.
        case Self.escape:
            pending.removeFirst()
            return nil
        case _: return finish(.unknown)
        }
    }

    /// What stands behind `ESC [` or `ESC O`.
    private static func sequence(_ bytes: ArraySlice<UInt8>) -> Key {
        switch String(decoding: bytes, as: UTF8.self) {
        case "A": .up
        case "B": .down
        case "C": .right
        case "D": .left
        case "H", "1~", "7~": .home
        case "F", "4~", "8~": .end
        case "3~": .delete
        case "1;5C", "1;3C": .wordRight
        case "1;5D", "1;3D": .wordLeft
        // Alt-Enter and Shift-Enter of terminals that tell them apart.
        case "13;3u", "13;2u", "27;3;13~", "27;2;13~": .newLine
        case _: .unknown
        }
    }

    private mutating func finish(_ key: Key) -> Key {
        pending = []
        return key
    }
}
