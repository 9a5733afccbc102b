import AIUCommandLine
import AIUModel
import AIUVerbs
import Testing

@Suite("What VMs reach, for people")
struct NetworkTextTests {
    private static let name = VMName("box")

    @Test("a decision is one line, whatever a guest wrote into it")
    func decision() {
        let line = NetworkText.render(
            EgressDecision(
                time: 0, kind: .request, allowed: false, host: "evil\u{1B}[2J\n.example", port: 443, method: "GET",
                path: "/\u{202E}", address: "192.0.2.1", scope: "host", rule: "no", secrets: ["KEY"], policyVersion: 1,
                repeats: 4))
        #expect(line.hasPrefix("1970-01-01T00:00:00.000Z  denied   request  GET evil"))
        #expect(line.hasSuffix("host: no  with KEY  and 4 of the same before\n"))
        #expect(line.count { $0 == "\n" } == 1 && !line.contains("\u{1B}") && !line.contains("\u{202E}"))
    }

    @Test("a view names each scope and what it says")
    func view() throws {
        let domain = try #require(DomainPattern(parsing: "*.example.org"))
        let name = try #require(Self.name)
        let view = NetworkView(
            name: name, mode: .allowlist, policyVersion: 3,
            layers: [
                .init(
                    scope: "host",
                    rules: NetworkRules(
                        mode: .open, deny: [NetworkRule(host: .domain(domain), ports: [25])],
                        limits: NetworkLimits(requestsPerMinute: 6, bytesPerDay: .mebibytes(1), connections: 2))),
                .init(scope: "configuration", rules: NetworkRules(mode: .allowlist, allow: [])),
            ], reachable: false, problem: "its proxy ended", counters: EgressCounters(bytesToday: 2048, requests: 7),
            bytesLeft: 1024)
        let text = NetworkText.render(view, style: .plain)
        for words in [
            "Mode:         allowlist, by policy 3", "stands still: its proxy ended", "7 requests, 0 denied",
            "Left today:   1 KB", "deny:       *.example.org:25", "6 requests a minute", "allow:      nothing",
        ] {
            #expect(text.contains(words), "\(words) in \(text)")
        }
        #expect(NetworkText.table([view], width: 120, style: .plain).contains("box"))
        #expect(NetworkText.table([], width: nil, style: .plain) == "no VM runs\n")
    }
}
