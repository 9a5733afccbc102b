/// A VM's network card: what it is called on the host, and how both ends know it.
package struct NetworkCard: Codable, Equatable, Sendable {
    /// The host's end of all cards; the same for each, because each is a cable of its own.
    package static let gateway = IPAddress(v4: base | 1)
    /// Of a range for benchmarks only, so that nobody else is meant; the proxy's stand-ins are in the other half of it.
    package static let network = IPNetwork(parsing: "198.19.0.0/16")
    private static let base: UInt32 = 198 << 24 | 19 << 16
    /// The first and the last that a VM may have.
    private static let places: ClosedRange<UInt32> = 256...0xFFFE
    /// What names of taps begin with; the VM's identifier follows, and fills the 15 bytes that a name may have.
    package static let prefix = "aiu"

    package let device: String
    package let hardware: String
    package let address: String

    /// `taken` are the addresses of others; nil when none is left.
    package init?(_ id: VMID, taken: Set<String>) {
        let wish = id.description.utf8.reduce(UInt32(17)) { $0 &* 31 &+ UInt32($1) }
        let count = UInt32(Self.places.count)
        let free = (0..<count).lazy.map { step in
            IPAddress(v4: Self.base | (Self.places.lowerBound + (wish % count + step) % count)).description
        }.first { !taken.contains($0) }
        guard let free else { return nil }
        address = free
        (device, hardware) = Self.names(id)
    }

    /// A tap by its VM, and an address of Ethernet that is only used locally.
    package static func names(_ id: VMID) -> (device: String, hardware: String) {
        let digits = Array(id.description)
        let pairs = stride(from: 2, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
        return ("\(prefix)\(id)", (["02"] + pairs).joined(separator: ":"))
    }
}
