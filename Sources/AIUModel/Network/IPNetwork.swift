/// All addresses that share their first bits: `10.0.0.0/8`, or one address alone.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    package let prefix: Int

    /// `nil` when there are bits set behind the prefix: somebody meant something else.
    package init?(_ address: IPAddress, prefix: Int) {
        guard (0...(address.isIPv6 ? 128 : 32)).contains(prefix), Self.masked(address, prefix) == address else {
            return nil
        }
        self.address = address
        self.prefix = prefix
    }

    package init(_ address: IPAddress) {
        self.address = address
        prefix = address.isIPv6 ? 128 : 32
    }

    /// `192.0.2.7`, `10.0.0.0/8`, `2001:db8::1`, `[2001:db8::1]`, `fd00::/8`.
    package init?(parsing text: String) {
        let inBrackets = text.hasPrefix("[") && text.hasSuffix("]")
        let parts = (inBrackets ? text.dropFirst().dropLast() : text[...])
            .split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(parsing: first), !inBrackets || address.isIPv6 else {
            return nil
        }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        guard let prefix = Int(parts[1]), String(prefix) == parts[1] else { return nil }
        self.init(address, prefix: prefix)
    }

    package var isSingle: Bool { prefix == (address.isIPv6 ? 128 : 32) }

    package var last: IPAddress {
        func rest(_ bits: Int) -> UInt64 { bits <= 0 ? .max : bits >= 64 ? 0 : .max >> UInt64(bits) }
        guard address.isIPv6 else {
            return IPAddress(v4: UInt32(truncatingIfNeeded: address.low | rest(prefix + 32)))
        }
        return IPAddress(v6: address.high | rest(prefix), address.low | rest(prefix - 64))
    }

    package func contains(_ other: IPAddress) -> Bool {
        other.isIPv6 == address.isIPv6 && Self.masked(other, prefix) == address
    }

    package func contains(_ other: IPNetwork) -> Bool { other.prefix >= prefix && contains(other.address) }

    package var description: String { isSingle ? address.description : "\(address)/\(prefix)" }

    private static func masked(_ address: IPAddress, _ prefix: Int) -> IPAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(.max >> UInt64(bits)) }
        guard address.isIPv6 else {
            return IPAddress(v4: UInt32(truncatingIfNeeded: address.low & mask(prefix + 32)))
        }
        return IPAddress(v6: address.high & mask(prefix), address.low & mask(prefix - 64))
    }
}
