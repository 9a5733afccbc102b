import AIUJSON
import AIUModel
import Testing

/// Which rules give a VM a network card: those that packets can be held to.
struct CardRulesTests {
    private func verdict(_ layers: [String]) throws -> CardRules.Verdict {
        let read = try layers.enumerated().map { place, text in
            EgressRules.Layer(scope: "scope \(place)", rules: try NetworkRules(try JSONNode(parsing: Array(text.utf8))))
        }
        return CardRules.verdict(EgressRules(sequence: 1, policyVersion: 1, layers: read))
    }

    @Test(
        "nobody asks, or the mode is narrower: none",
        arguments: [
            [#"{"mode": "open"}"#], [#"{"mode": "allowlist", "card": true}"#], [#"{"card": true}"#],
            [#"{"mode": "open", "card": true}"#, #"{"mode": "isolated"}"#],
            [#"{"mode": "open", "card": true}"#, #"{"mode": "local"}"#],
            [#"{"mode": "vpn", "vpn_interface": "wg0", "card": true}"#, #"{"mode": "open"}"#],
            [#"{"mode": "open", "card": true}"#, #"{"card": false}"#],
        ])
    func none(_ layers: [String]) throws { #expect(try verdict(layers) == .none) }

    @Test(
        "rules that packets cannot be held to leave the VM with its proxy, and a sentence",
        arguments: [
            ([#"{"mode": "open", "card": true, "allow": [{"host": "*"}]}"#], "lists what may be reached"),
            ([#"{"mode": "open", "card": true, "deny": [{"host": "a.example"}]}"#], "a.example"),
            ([#"{"mode": "open", "card": true}"#, #"{"deny": [{"host": "1.2.3.4", "methods": ["GET"]}]}"#], "scope 1"),
            ([#"{"mode": "open", "card": true, "limits": {"requests_per_minute": 5}}"#], "requests_per_minute"),
            ([#"{"mode": "open", "card": true, "upstream_proxy": "http://p.example:1"}"#], "upstream_proxy"),
        ])
    func refused(_ layers: [String], _ word: String) throws {
        guard case .refused(let why) = try verdict(layers) else {
            Issue.record("it was not refused")
            return
        }
        #expect(why.contains(word) && why.hasPrefix("it has no network card"), "\(why)")
    }

    @Test("what is left are addresses and limits")
    func granted() throws {
        let rules = try verdict([
            #"{"mode": "open", "card": true, "resolver": "9.9.9.9", "deny": [{"host": "1.2.3.0/24"}, {"host": "2001:db8::/32"}]}"#,
            #"{"deny": [{"host": "5.6.7.8", "ports": [25]}], "limits": {"bytes_per_day": "1MB", "connections": 7}}"#,
        ])
        var wanted = CardRules(denials: [], bytesLeft: 1 << 20, connections: 7, resolver: "9.9.9.9:53")
        wanted.denials = [
            CardRules.Denial(network: "1.2.3.0/24", ports: nil), CardRules.Denial(network: "5.6.7.8", ports: [25]),
        ]
        #expect(rules == .granted(wanted))
    }

    @Test("an address of its own, in the card's own network, and names that an interface can have")
    func card() throws {
        let id = try #require(VMID("0123456789ab"))
        let first = try #require(NetworkCard(id, taken: []))
        #expect(first.device == "aiu0123456789ab" && first.hardware == "02:23:45:67:89:ab")
        #expect(first == NetworkCard(id, taken: []))
        var taken: Set<String> = []
        for _ in 0..<300 {
            let next = try #require(NetworkCard(id, taken: taken))
            let address = try #require(IPAddress(parsing: next.address))
            #expect(NetworkCard.network?.contains(address) == true && address != NetworkCard.gateway)
            #expect(taken.insert(next.address).inserted)
        }
    }

    @Test("bytes are told once, also after the count began anew")
    func use() {
        let former = CardUse(toGuest: 10, fromGuest: 20)
        #expect(CardUse(toGuest: 15, fromGuest: 20).since(former) == CardUse(toGuest: 5))
        #expect(CardUse(toGuest: 1, fromGuest: 2).since(former) == CardUse(toGuest: 1, fromGuest: 2))
    }
}
