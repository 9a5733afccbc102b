package import AIUModel

/// What kind of address something is. Only public ones stand behind an allowed name, unless its rule names others.
package enum AddressClass: String, Sendable, CaseIterable {
    case `public`
    case unspecified = "this network"
    case loopback
    case linkLocal = "link-local"
    case metadata = "a cloud's metadata service"
    case `private`
    case shared = "a provider's shared network"
    case multicast
    case broadcast
    case reserved
    case documentation = "documentation only"
    case benchmark = "benchmarks only"
    case mapped = "IPv4 written as IPv6"
    case translated = "IPv4 behind a translator"
    case tunnelled = "IPv4 in a tunnel"

    /// The first that holds the address decides.
    private static let table: [(IPNetwork, AddressClass)] = [
        ("0.0.0.0/8", AddressClass.unspecified), ("127.0.0.0/8", .loopback), ("169.254.169.254", .metadata),
        ("100.100.100.200", .metadata), ("168.63.129.16", .metadata), ("192.0.0.192", .metadata),
        ("169.254.0.0/16", .linkLocal), ("10.0.0.0/8", .private), ("172.16.0.0/12", .private),
        ("192.168.0.0/16", .private), ("100.64.0.0/10", .shared), ("192.0.0.0/24", .reserved),
        ("192.0.2.0/24", .documentation), ("198.51.100.0/24", .documentation), ("203.0.113.0/24", .documentation),
        ("192.88.99.0/24", .tunnelled), ("198.18.0.0/15", .benchmark), ("224.0.0.0/4", .multicast),
        ("255.255.255.255", .broadcast), ("240.0.0.0/4", .reserved),
        ("::", .unspecified), ("::1", .loopback), ("::ffff:0:0/96", .mapped), ("::/96", .mapped),
        ("::ffff:0:0:0/96", .translated), ("64:ff9b::/96", .translated), ("64:ff9b:1::/48", .translated),
        ("fd00:ec2::254", .metadata), ("fd20:ce::254", .metadata), ("fc00::/7", .private), ("fe80::/10", .linkLocal),
        ("fec0::/10", .private), ("ff00::/8", .multicast), ("2001:db8::/32", .documentation),
        ("3fff::/20", .documentation), ("2001:2::/48", .benchmark), ("2001::/32", .tunnelled),
        ("2001::/23", .reserved), ("2002::/16", .tunnelled),
    ].compactMap { text, kind in IPNetwork(parsing: text).map { ($0, kind) } }

    /// All networks of IPv4 that are not public.
    package static var specialIPv4: [IPNetwork] {
        table.map(\.0).filter { !$0.address.isIPv6 }
    }

    /// All that was ever given out of IPv6.
    private static let global = IPNetwork(parsing: "2000::/3")

    /// Whether somebody who names a network means such an address: all of it is of the same kind. `0.0.0.0/0` means no
    /// loopback, and `169.254.0.0/16` no metadata service.
    package static func isMeant(_ address: IPAddress, by network: IPNetwork) -> Bool {
        guard network.contains(address) else { return false }
        let kind = AddressClass(address)
        return kind == .public || AddressClass(network.address) == kind && AddressClass(network.last) == kind
    }

    package init(_ address: IPAddress) {
        if let (_, kind) = Self.table.first(where: { network, _ in network.contains(address) }) {
            self = kind
        } else if address.isIPv6, Self.global?.contains(address) != true {
            self = .reserved
        } else {
            self = .public
        }
    }
}
