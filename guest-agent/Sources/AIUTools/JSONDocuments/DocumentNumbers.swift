/// Finds numbers that would not be the same after reading and writing them.
enum DocumentNumbers {
    /// The first one, if any; the text is JSON.
    static func changed(in bytes: [UInt8]) -> String? {
        var isText = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if isText {
                if byte == UInt8(ascii: "\\") { place += 1 } else if byte == UInt8(ascii: "\"") { isText = false }
            } else if byte == UInt8(ascii: "\"") {
                isText = true
            } else if byte == 0x2D || (byte >= 0x30 && byte <= 0x39) {
                let start = place
                while place < bytes.count, isPart(bytes[place]) { place += 1 }
                // Up to 15 digits always survive.
                if place - start > 15, !survives(String(decoding: bytes[start..<place], as: UTF8.self)) {
                    return String(decoding: bytes[start..<min(place, start + 60)], as: UTF8.self)
                }
                continue
            }
            place += 1
        }
        return nil
    }

    private static func survives(_ text: String) -> Bool {
        if Int64(text) != nil { return true }
        let digits = text.prefix { $0 != "e" && $0 != "E" }.filter(\.isNumber).drop { $0 == "0" }
        return digits.count <= 17 && (Double(text)?.isFinite ?? false)
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || byte == 0x2D || byte == 0x2B || byte == 0x2E || byte | 0x20 == 0x65
    }
}
