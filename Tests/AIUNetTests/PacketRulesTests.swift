import AIUJSON
import AIUModel
import AIUNetHelper
import AIUNetLink
import AIUSystem
import Glibc
import Testing

/// The words for the kernel: numbers and known words only, whatever was asked for.
struct PacketRulesTests {
    private func card(_ change: (inout [String: String]) -> Void = { _ in }) throws -> NetworkCard {
        var fields = ["device": "aiu0123456789ab", "hardware": "02:23:45:67:89:ab", "address": "198.19.4.5"]
        change(&fields)
        let text = fields.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ",")
        return try JSONText.decode(NetworkCard.self, from: Array("{\(text)}".utf8))
    }

    @Test(
        "a card that is none is refused",
        arguments: [
            ("device", "eth0"), ("device", "aiu*"), ("device", "aiu0123456789a"), ("device", "aiu0123456789ab; x"),
            ("device", "aiu0123456789ag"), ("hardware", "02:23:45:67:89:ac"), ("hardware", ""),
            ("address", "198.19.0.1"), ("address", "10.0.0.1"), ("address", "198.18.0.1"), ("address", "::1"),
            ("address", "198.19.4.5 accept"),
        ])
    func refused(_ field: String, _ value: String) throws {
        let wrong = try card { $0[field] = value }
        #expect(throws: NetProblem.self) { try CheckedCard(wrong) }
    }

    @Test("denied networks are read again, and none of their words reaches the kernel")
    func denials() throws {
        let checked = try CheckedCard(try card())
        func text(_ denials: [CardRules.Denial]) throws -> String {
            try PacketRules.put(checked, CardRules(denials: denials), resolver: nil)
        }
        for wrong in ["1.2.3.4 accept", "", "a.example", "2001:db8::/32", "1.2.3.4/33"] {
            #expect(throws: NetProblem.self) { try text([CardRules.Denial(network: wrong)]) }
        }
        let good = try text([
            CardRules.Denial(network: "1.2.3.0/24"), CardRules.Denial(network: "5.6.7.8", ports: [25, 80]),
        ])
        #expect(good.contains("leaving_0123456789ab ip daddr 1.2.3.0/24 drop\n"))
        #expect(good.contains("leaving_0123456789ab ip daddr 5.6.7.8 udp dport { 25, 80 } drop\n"))
        // What is denied is dropped before anything is let through.
        let lines = good.split(separator: "\n").filter {
            $0.contains(" leaving_0123456789ab ") && $0.hasPrefix("add rule")
        }
        #expect(lines.last?.hasSuffix(" accept") == true)
        #expect(lines.firstIndex { $0.contains("@special drop") } ?? .max < lines.count - 1)
    }

    @Test(
        "the kernel takes them, again and again, and nothing is left when they are removed",
        .enabled(if: geteuid() == 0 && Files.exists("/usr/sbin/ip") && Files.exists("/usr/sbin/nft")))
    func kernel() throws {
        let namespace = try Namespace()
        let checked = try CheckedCard(try card())
        let rules = CardRules(
            denials: [CardRules.Denial(network: "5.6.7.8", ports: [25, 80]), CardRules.Denial(network: "0.0.0.0/1")],
            bytesLeft: 0, connections: 5)
        let put = try PacketRules.put(checked, rules, resolver: Endpoint(parsing: "9.9.9.9", usualPort: 53))
        let file = "/tmp/aiu-net-rules-\(UInt32.random(in: 0 ... .max))"
        defer {
            // What is left in /tmp after a failed removal harms nothing.
            try? Files.remove(file)
        }
        for text in [put, put, PacketRules.remove(checked), PacketRules.remove(checked), put, PacketRules.clear] {
            try Files.replace(file, with: Array(text.utf8))
            try Namespace.ip("netns", "exec", namespace.name, "/usr/sbin/nft", "-f", file)
        }
        try Files.replace(file, with: Array("list table inet aiu\n".utf8))
        #expect(throws: SystemError.self) {
            try Namespace.ip("netns", "exec", namespace.name, "/usr/sbin/nft", "-f", file)
        }
    }
}
