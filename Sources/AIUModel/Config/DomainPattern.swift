/// A domain name, or `*.` and a domain name for everything below it; always in lower case.
package struct DomainPattern: Hashable, Sendable, CustomStringConvertible {
    /// The name without the wildcard.
    package let name: String
    package let isWildcard: Bool

    package init?(parsing text: String) {
        let isWildcard = text.hasPrefix("*.")
        let name = isWildcard ? text.dropFirst(2) : text[...]
        guard text.utf8.count <= ConfigBounds.domainLength else { return nil }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        // Two labels at least, and a last one that starts with a letter: that keeps raw addresses out.
        guard labels.count >= 2, labels.allSatisfy(Self.isLabel),
            labels.last?.utf8.first.map(Self.isLetter) == true
        else { return nil }
        self.name = name.lowercased()
        self.isWildcard = isWildcard
    }

    /// Whether every name that `other` matches is matched by this pattern too.
    package func covers(_ other: DomainPattern) -> Bool {
        guard isWildcard else { return !other.isWildcard && other.name == name }
        return other.name.hasSuffix(".\(name)") || (other.isWildcard && other.name == name)
    }

    package var description: String { isWildcard ? "*.\(name)" : name }

    static func isLabel(_ label: Substring) -> Bool {
        (1...ConfigBounds.labelLength).contains(label.utf8.count)
            && label.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
            && label.utf8.first != UInt8(ascii: "-") && label.utf8.last != UInt8(ascii: "-")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
