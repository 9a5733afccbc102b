/// An address and a port: `192.0.2.53:53`, `[2001:db8::1]:53`.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    package let port: UInt16

    package init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Without a port, the usual one is meant.
    package init?(parsing text: String, usualPort: UInt16) {
        if let address = IPAddress(parsing: text) {
            self.init(address, usualPort)
            return
        }
        guard let colon = text.lastIndex(of: ":") else {
            guard let address = Self.bracketed(text[...]) else { return nil }
            self.init(address, usualPort)
            return
        }
        if let address = Self.bracketed(text[...]) {
            self.init(address, usualPort)
            return
        }
        let host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard let port = UInt16(digits), port > 0, String(port) == digits,
            let address = Self.bracketed(host) ?? IPAddress(parsing: host), address.isIPv6 == host.hasPrefix("[")
        else { return nil }
        self.init(address, port)
    }

    private static func bracketed(_ text: Substring) -> IPAddress? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        guard let address = IPAddress(parsing: text.dropFirst().dropLast()), address.isIPv6 else { return nil }
        return address
    }

    package var description: String { "\(address.hostText):\(port)" }
}
