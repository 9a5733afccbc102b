/// An address of IPv4 or IPv6, read only from its one usual spelling.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    package let isIPv6: Bool
    /// The upper half of an IPv6 address; 0 for IPv4.
    package let high: UInt64
    /// The lower half, or the 32 bits of an IPv4 address.
    package let low: UInt64

    package init(v4 bits: UInt32) {
        isIPv6 = false
        high = 0
        low = UInt64(bits)
    }

    package init(v6 high: UInt64, _ low: UInt64) {
        isIPv6 = true
        self.high = high
        self.low = low
    }

    /// 4 or 16 bytes in network order.
    package init?(bytes: some Collection<UInt8>) {
        func number(_ part: some Sequence<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self.init(v4: UInt32(truncatingIfNeeded: number(bytes)))
        case 16: self.init(v6: number(bytes.prefix(8)), number(bytes.dropFirst(8)))
        default: return nil
        }
    }

    /// Four decimal numbers without leading zeros, or IPv6 without brackets and zone. Nothing else: what other programs
    /// also take for an address (`127.1`, `0x7f.1`, `2130706433`) is none here.
    package init?(parsing text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let (high, low) = Self.v6(Array(text.utf8)) else { return nil }
            self.init(v6: high, low)
        } else {
            guard let bits = Self.v4(text.utf8) else { return nil }
            self.init(v4: bits)
        }
    }

    package var bytes: [UInt8] {
        let halves = isIPv6 ? [high, low] : [low]
        let all = halves.flatMap { half in (0..<8).reversed().map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) } }
        return isIPv6 ? all : Array(all.suffix(4))
    }

    package var description: String {
        guard isIPv6 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = [high, low].flatMap { half in [48, 32, 16, 0].map { half >> UInt64($0) & 0xFFFF } }
        // The longest run of zeros, two at least, becomes `::`; the first of equals.
        var best = 0..<0
        var start = 0
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 { continue }
            if index - start > max(best.count, 1) { best = start..<index }
            start = index + 1
        }
        func text(_ part: ArraySlice<UInt64>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        return best.isEmpty
            ? text(groups[...]) : text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }

    /// As it stands in a URL.
    package var hostText: String { isIPv6 ? "[\(description)]" : description }

    private static func v4(_ text: some Collection<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != 0x30 else { return nil }
            var number: UInt32 = 0
            for byte in part {
                guard (0x30...0x39).contains(byte) else { return nil }
                number = number * 10 + UInt32(byte - 0x30)
            }
            guard number <= 255 else { return nil }
            bits = bits << 8 | number
        }
        return bits
    }

    private static func v6(_ text: [UInt8]) -> (UInt64, UInt64)? {
        let colon = UInt8(ascii: ":")
        var before: [UInt16] = []
        var after: [UInt16]?
        var rest = text[...]
        if rest.starts(with: [colon, colon]) {
            after = []
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != colon }
            rest = rest.dropFirst(group.count)
            if rest.isEmpty, group.contains(UInt8(ascii: ".")) {
                guard let bits = v4(group) else { return nil }
                let words = [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
                if after == nil { before += words } else { after?.append(contentsOf: words) }
                break
            }
            guard (1...4).contains(group.count),
                group.allSatisfy({ UInt8(ascii: "+") != $0 && $0 != UInt8(ascii: "-") }),
                let number = UInt16(String(decoding: group, as: UTF8.self), radix: 16)
            else { return nil }
            if after == nil { before.append(number) } else { after?.append(number) }
            guard before.count + (after?.count ?? 0) <= 8 else { return nil }
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == colon {
                guard after == nil else { return nil }
                after = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let count = before.count + (after?.count ?? 0)
        guard after == nil ? count == 8 : count <= 7 else { return nil }
        let groups = before + [UInt16](repeating: 0, count: 8 - count) + (after ?? [])
        func number(_ part: ArraySlice<UInt16>) -> UInt64 { part.reduce(0) { $0 << 16 | UInt64($1) } }
        return (number(groups[..<4]), number(groups[4...]))
    }
}
