/// What a VM may be called.
enum HostName {
    static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...64).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.first != UInt8(ascii: ".") else {
            return false
        }
        return bytes.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
    }
}

extension [UInt8] {
    /// Two digits a byte; reading ends at the first thing that is not.
    init(hexDigits text: String) {
        self = []
        var digits = text.utf8.makeIterator()
        while count < 256, let high = digits.next(), let low = digits.next(),
            let byte = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
        {
            append(byte)
        }
    }
}
