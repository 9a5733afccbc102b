package import AIUModel
package import AIUNetLink
internal import AIUPolicy

/// The rules for cards, in the words of nftables. All of it is in a table of ours, and each change is one transaction: packets meet the
/// former rules or the new ones.
///
/// Whatever comes from a card or goes to one and is not in one of the maps is dropped, so that a card without rules is dead.
package enum PacketRules {
    private static let table = "inet aiu"
    private static let cards = "\"\(NetworkCard.prefix)*\""
    private static let maps = ["arriving", "asking", "leaving", "returning"]

    /// The same for all cards; may be said again and again.
    private static let base: String = {
        let special = AddressClass.specialIPv4.map(\.description).joined(separator: ", ")
        let network = NetworkCard.network.map(\.description) ?? "198.19.0.0/16"
        var lines = [
            "add table \(table)",
            "add set \(table) special { type ipv4_addr; flags interval; auto-merge; elements = { \(special) }; }",
        ]
        lines += maps.map { "add map \(table) \($0) { type ifname : verdict; }" }
        // Before the host remembers connections, so that nobody fills its memory of them with addresses of others.
        lines += chain(
            "arrive", "filter hook prerouting priority -300", ["iifname vmap @arriving", "iifname \(cards) drop"])
        lines += chain("ask", "nat hook prerouting priority -100", ["iifname vmap @asking"])
        // The host itself is nobody's to reach.
        lines += chain("enter", "filter hook input priority -10", ["iifname \(cards) drop"])
        lines += chain(
            "pass", "filter hook forward priority -10",
            [
                "iifname vmap @leaving", "iifname \(cards) drop", "oifname vmap @returning", "oifname \(cards) drop",
            ])
        lines += chain(
            "disguise", "nat hook postrouting priority 100", ["ip saddr \(network) oifname != \(cards) masquerade"])
        return lines.joined(separator: "\n") + "\n"
    }()

    private static func chain(_ name: String, _ hook: String, _ rules: [String]) -> [String] {
        ["add chain \(table) \(name) { type \(hook); policy accept; }", "flush chain \(table) \(name)"]
            + rules.map { "add rule \(table) \(name) \($0)" }
    }

    /// Puts a card's rules in the place of those it had.
    package static func put(_ card: CheckedCard, _ rules: CardRules, resolver: Endpoint?) throws(NetProblem) -> String {
        var lines: [String] = []
        let mark = card.mark
        let gateway = NetworkCard.gateway
        func fill(_ name: String, _ rules: [String]) {
            let chain = "\(name)_\(mark)"
            lines += ["add chain \(table) \(chain)", "flush chain \(table) \(chain)"]
            lines += rules.map { "add rule \(table) \(chain) \($0)" }
        }
        lines += ["add counter \(table) out_\(mark)", "add counter \(table) in_\(mark)"]
        fill("used", rules.bytesLeft.map { ["quota over \(max(0, $0)) bytes drop"] } ?? [])
        fill(
            "arriving",
            [
                "ether saddr != \(card.hardware) drop", "meta protocol != ip drop", "ip saddr != \(card.address) drop",
                "accept",
            ])
        var asking: [String] = []
        var answered: [String] = []
        if let resolver {
            for kind in ["udp", "tcp"] {
                asking.append("ip daddr \(gateway) \(kind) dport 53 dnat ip to \(resolver.address):\(resolver.port)")
                answered.append(
                    "ct original ip daddr \(gateway) ip daddr \(resolver.address) \(kind) dport \(resolver.port) accept"
                )
            }
        }
        fill("asking", asking)
        var denials: [String] = []
        for denial in rules.denials { denials += try words(denial) }
        let few = rules.connections.map { ["ct state new ct count over \(max(0, $0)) drop"] } ?? []
        fill(
            "leaving",
            [
                "oifname \(cards) drop", "ct state invalid drop", "jump used_\(mark)", "counter name out_\(mark)",
            ] + answered + [
                "ip daddr @special drop", "fib daddr type != unicast drop",
            ] + denials + few + ["accept"])
        fill(
            "returning",
            [
                "ct state != { established, related } drop", "jump used_\(mark)", "counter name in_\(mark)", "accept",
            ])
        for map in maps {
            lines.append("add element \(table) \(map) { \"\(card.device)\" : jump \(map)_\(mark) }")
        }
        return base + lines.joined(separator: "\n") + "\n"
    }

    /// Nothing passes the card any more, and nothing is left of its rules.
    package static func remove(_ card: CheckedCard) -> String {
        let mark = card.mark
        var lines: [String] = []
        // What is not there cannot be removed, so it is made first; nobody sees it.
        for map in maps {
            let chain = "\(map)_\(mark)"
            let element = "\(table) \(map) { \"\(card.device)\" : jump \(chain) }"
            lines += ["add chain \(table) \(chain)", "add element \(element)", "delete element \(element)"]
        }
        lines += ["add chain \(table) used_\(mark)"]
        for name in maps + ["used"] { lines.append("flush chain \(table) \(name)_\(mark)") }
        for name in maps + ["used"] { lines.append("delete chain \(table) \(name)_\(mark)") }
        for name in ["out", "in"] {
            lines += ["add counter \(table) \(name)_\(mark)", "delete counter \(table) \(name)_\(mark)"]
        }
        return base + lines.joined(separator: "\n") + "\n"
    }

    /// Nothing of ours is left.
    package static let clear = "add table \(table)\ndelete table \(table)\n"

    /// What gives all counters as JSON.
    package static let count = "list counters table \(table)"

    private static func words(_ denial: CardRules.Denial) throws(NetProblem) -> [String] {
        guard let network = IPNetwork(parsing: denial.network), !network.address.isIPv6 else {
            throw NetProblem("a denied network is none")
        }
        guard let ports = denial.ports else { return ["ip daddr \(network) drop"] }
        let list = ports.prefix(64).map(String.init).joined(separator: ", ")
        guard !list.isEmpty else { return [] }
        return ["tcp", "udp"].map { "ip daddr \(network) \($0) dport { \(list) } drop" }
    }
}
