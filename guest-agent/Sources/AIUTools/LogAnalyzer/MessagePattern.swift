/// What messages have in common: numbers, addresses and names in quotation marks are left out.
enum MessagePattern {
    private static let longest = 160

    static func of(_ message: [UInt8]) -> [UInt8] {
        var pattern: [UInt8] = []
        var place = 0
        let end = min(message.count, 400)
        while place < end, pattern.count < longest {
            let byte = message[place]
            let start = place
            if isWord(byte) {
                var hasDigit = false
                while place < end, isWord(message[place]) || (hasDigit && isJoint(message[place])) {
                    if message[place] >= 0x30, message[place] <= 0x39 { hasDigit = true }
                    place += 1
                }
                let word = message[start..<place]
                if hasDigit {
                    // 10.0.0.1:80, 0x7f, 3fa8…: one thing that differs.
                    if pattern.last != UInt8(ascii: "#") { pattern.append(UInt8(ascii: "#")) }
                    if let last = word.last, isJoint(last) { pattern.append(last) }
                } else {
                    pattern += word
                }
            } else if byte == 0x22 || byte == 0x27 {
                place += 1
                while place < end, message[place] != byte { place += 1 }
                if place < end {
                    pattern += [byte, UInt8(ascii: "*"), byte]
                    place += 1
                } else {
                    pattern.append(byte)
                    place = start + 1
                }
            } else {
                pattern.append(byte)
                place += 1
            }
        }
        return pattern
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    private static func isJoint(_ byte: UInt8) -> Bool {
        byte == 0x2E || byte == 0x3A || byte == 0x2D || byte == 0x5F
    }
}
