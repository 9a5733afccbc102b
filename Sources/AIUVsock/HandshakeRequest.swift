/// The line with which a host program starts.
package enum HandshakeRequest: Equatable, Sendable {
    case connect(port: UInt32)
    case statistics

    /// Reads `CONNECT <port>` or `STATS`, without the newline; nil for anything else.
    package init?(line: some Sequence<UInt8>) {
        let bytes = Array(line)
        if bytes == Array("STATS".utf8) {
            self = .statistics
            return
        }
        let verb = Array("CONNECT ".utf8)
        guard bytes.starts(with: verb) else { return nil }
        let digits = bytes.dropFirst(verb.count)
        guard !digits.isEmpty, digits.count <= 10 else { return nil }
        var port: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            port = port * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        guard port < UInt64(UInt32.max) else { return nil }
        self = .connect(port: UInt32(port))
    }
}
