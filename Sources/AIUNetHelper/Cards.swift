package import AIUModel
package import AIUNetLink
internal import AIUPolicy
internal import AIUSystem
internal import CLinux
internal import Glibc

/// The host's ends of VMs' network cards: a tap each, a cable of its own between one VM and the host, and its rules.
package struct Cards: ~Copyable {
    private static let settings = "/proc/sys/net"

    private let filter: PacketFilter
    private let resolverFile: String

    package init(resolverFile: String = "/etc/resolv.conf") throws(NetProblem) {
        filter = try PacketFilter()
        self.resolverFile = resolverFile
    }

    /// Rules first, so that nothing passes without them.
    package func put(_ wish: NetRequest.Put) throws(NetProblem) -> String? {
        let card = try CheckedCard(wish.card)
        guard wish.rules.denials.count <= CardRules.mostDenials else { throw NetProblem("too much is denied") }
        try requireForwarding()
        let (resolver, warning) = try resolver(wish.rules)
        _ = try filter.run(try PacketRules.put(card, wish.rules, resolver: resolver))
        do throws(SystemError) {
            let made = unsafe aiu_tap_make(card.device, wish.owner)
            // A machine has it already, from before.
            if made != -EBUSY { try SystemError.check(made, "make the tap", card.device) }
            try configure(card.device)
            try SystemError.check(
                unsafe aiu_tap_connect(card.device, NetworkCard.gateway.bytes, card.address.bytes), "connect the tap",
                card.device)
        } catch {
            throw NetProblem("\(error)")
        }
        return warning
    }

    package func cut(_ card: NetworkCard) throws(NetProblem) {
        let card = try CheckedCard(card)
        _ = try filter.run(PacketRules.remove(card))
        do throws(SystemError) {
            try SystemError.check(unsafe aiu_link_down(card.device), "cut", card.device)
        } catch {
            throw NetProblem("\(error)")
        }
    }

    package func drop(_ card: NetworkCard) throws(NetProblem) {
        try cut(card)
        let card = try CheckedCard(card)
        do throws(SystemError) {
            try SystemError.check(unsafe aiu_tap_remove(card.device), "remove the tap", card.device)
        } catch {
            throw NetProblem("\(error)")
        }
        // Another supervisor of this host may have cards of its own.
        if try count().isEmpty { _ = try filter.run(PacketRules.clear) }
    }

    package func count() throws(NetProblem) -> [String: CardUse] { try filter.count() }

    /// Making a router of a host is for whoever is responsible for it.
    private func requireForwarding() throws(NetProblem) {
        let path = "\(Self.settings)/ipv4/ip_forward"
        // What cannot be read does not say yes.
        let text = (try? Files.read(path, limit: 16)) ?? []
        guard text.first == UInt8(ascii: "1") else {
            throw NetProblem("this host does not pass packets on; `sysctl -w net.ipv4.ip_forward=1` makes it")
        }
    }

    /// A tap answers for its own address only, believes nobody, and has no IPv6.
    private func configure(_ device: String) throws(SystemError) {
        for (name, value) in [
            ("forwarding", "1"), ("arp_ignore", "1"), ("arp_announce", "2"), ("rp_filter", "1"),
            ("accept_redirects", "0"),
            ("send_redirects", "0"), ("accept_source_route", "0"), ("proxy_arp", "0"), ("route_localnet", "0"),
        ] { try set("\(Self.settings)/ipv4/conf/\(device)/\(name)", value) }
        let six = "\(Self.settings)/ipv6/conf/\(device)/disable_ipv6"
        // A host without IPv6 has nothing to turn off.
        if Files.exists(six) { try set(six, "1") }
    }

    private func set(_ path: String, _ value: String) throws(SystemError) {
        let file = try FileDescriptor.open(path, O_WRONLY)
        try file.writeAll(Array(value.utf8))
    }

    /// Whom questions for names are passed on to. An address of the host itself cannot be: the host is nobody's to reach.
    private func resolver(_ rules: CardRules) throws(NetProblem) -> (Endpoint?, String?) {
        if let text = rules.resolver {
            guard let endpoint = Endpoint(parsing: text, usualPort: 53) else {
                throw NetProblem("the resolver is none")
            }
            if Self.isReachable(endpoint.address) { return (endpoint, nil) }
            return (nil, "names are not found by the card: \(endpoint) is no address that it can ask")
        }
        // A host without the file has no name server.
        let bytes = (try? Files.read(resolverFile, limit: 64 << 10)) ?? []
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver", let address = IPAddress(parsing: words[1]),
                Self.isReachable(address)
            else { continue }
            return (Endpoint(address, 53), nil)
        }
        return (nil, "names are not found by the card: the host asks itself; name a `resolver` in the policy")
    }

    private static func isReachable(_ address: IPAddress) -> Bool {
        guard !address.isIPv6 else { return false }
        return switch AddressClass(address) {
        case .loopback, .unspecified, .multicast, .broadcast: false
        case .public, .linkLocal, .metadata, .private, .shared, .reserved, .documentation, .benchmark, .mapped,
            .translated, .tunnelled:
            true
        }
    }
}
