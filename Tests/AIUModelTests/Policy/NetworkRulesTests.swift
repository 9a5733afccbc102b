import AIUJSON
import AIUModel
import Testing

/// What a network section says, what it may not say, and what two of them say together.
struct NetworkRulesTests {
    private func rules(_ text: String) throws -> NetworkRules {
        try NetworkRules(try JSONNode(parsing: Array(text.utf8)))
    }

    @Test("a whole section is read, and written as it was read")
    func whole() throws {
        let text = #"""
            {"mode": "allowlist",
             "allow": [{"host": "api.example.org", "ports": [443], "methods": ["GET"], "paths": ["/v1/*"], "//": "why"},
                       {"host": "*.example.net"}, {"host": "192.0.2.7"}, {"host": "fd00::/8", "ports": [22], "raw": true},
                       {"host": "intranet.example", "addresses": ["10.0.0.0/8"]}],
             "deny": [{"host": "*.tracker.example"}],
             "services": [{"name": "wiki", "address": "::1", "port": 8080}],
             "upstream_proxy": {"url": "http://proxy.example.org:3128", "no_proxy": ["example.net"]},
             "vpn_interface": "wg0", "resolver": "[2001:db8::53]:5353",
             "limits": {"requests_per_minute": 600, "bytes_per_day": "1GB", "connections": 64}}
            """#
        let read = try rules(text)
        #expect(read.allow?.count == 5)
        #expect(read.allow?.first?.description == "api.example.org:443 GET /v1/*")
        #expect(read.resolver?.description == "[2001:db8::53]:5353")
        #expect(read.limits.bytesPerDay == .gibibytes(1))
        #expect(try NetworkRules(JSONNode(read.json)) == read)
    }

    @Test(
        "what is wrong is said with its place",
        arguments: [
            (#"{"mod": "open"}"#, "mode"), (#"{"mode": "closed"}"#, "isolated, local"), (#"{"allow": {}}"#, "list"),
            (#"{"allow": [{"ports": [1]}]}"#, "`host` is missing"),
            (#"{"allow": [{"host": "localhost"}]}"#, "allow[0].host"),
            (#"{"allow": [{"host": "*.org"}]}"#, "domain such as"),
            (#"{"allow": [{"host": "a.*.org"}]}"#, "domain such as"),
            (#"{"allow": [{"host": "http://a.example"}]}"#, "domain such as"),
            (#"{"allow": [{"host": "127.1"}]}"#, "domain"),
            (#"{"allow": [{"host": "10.1.0.0/8"}]}"#, "domain"),
            (#"{"allow": [{"host": "a.example", "ports": [0]}]}"#, "1 to 65535"),
            (#"{"allow": [{"host": "a.example", "ports": []}]}"#, "empty"),
            (#"{"allow": [{"host": "a.example", "methods": ["get"]}]}"#, "capitals"),
            (#"{"allow": [{"host": "a.example", "paths": ["v1"]}]}"#, "must be a path"),
            (#"{"allow": [{"host": "a.example", "paths": ["/a/../b"]}]}"#, "must be a path"),
            (#"{"allow": [{"host": "a.example", "paths": ["/a*b"]}]}"#, "must be a path"),
            (#"{"allow": [{"host": "a.example", "raw": true, "paths": ["/"]}]}"#, "any protocol"),
            (#"{"deny": [{"host": "a.example", "raw": true}]}"#, "rules that allow"),
            (#"{"allow": [{"host": "a.example"}, {"host": "a.example"}]}"#, "says the same"),
            (#"{"allow": [{"host": "*.a.example"}, {"host": "x.a.example"}]}"#, "adds nothing"),
            (#"{"allow": [{"host": "x.a.example"}], "deny": [{"host": "*.a.example"}]}"#, "can never hold"),
            (#"{"allow": [{"host": "192.0.2.7"}], "deny": [{"host": "*"}]}"#, "can never hold"),
            (#"{"services": [{"name": "Wiki", "address": "127.0.0.1", "port": 1}]}"#, "lower-case"),
            (#"{"services": [{"name": "a", "address": "host", "port": 1}]}"#, "must be an address"),
            (
                #"{"services": [{"name": "a", "address": "127.0.0.1", "port": 1}, {"name": "a", "address": "::1", "port": 1}]}"#,
                "already"
            ),
            (#"{"upstream_proxy": "ftp://a:1"}"#, "scheme, host and port"), (#"{"vpn_interface": "a/b"}"#, "interface"),
            (#"{"vpn_namespace": "../a"}"#, "network namespace"), (#"{"vpn_namespace": ".."}"#, "network namespace"),
            (#"{"vpn_namespace": ""}"#, "network namespace"), (#"{"vpn_namespace": "a b"}"#, "network namespace"),
            (#"{"vpn_interface": "wg0", "vpn_namespace": "vpn"}"#, "contradicts `vpn_interface` wg0"),
            (#"{"resolver": "dns.example"}"#, "address such as"), (#"{"limits": {"connections": -1}}"#, "0 to"),
            (#"{"limits": {"bytes_per_day": "much"}}"#, "size such as"),
        ])
    func refused(_ text: String, _ words: String) throws {
        let problem = #expect(throws: PolicyProblem.self) { try rules(text) }
        #expect(problem.map { "\($0)".contains(words) } == true, "\(problem.map { "\($0)" } ?? "")")
    }

    @Test(
        "an inner scope may only tighten",
        arguments: [
            (#"{"mode": "allowlist"}"#, #"{"mode": "open"}"#, false), (#"{"mode": "open"}"#, #"{"mode": "vpn"}"#, true),
            (#"{"mode": "vpn"}"#, #"{"mode": "allowlist"}"#, false),
            (#"{"mode": "local"}"#, #"{"mode": "isolated"}"#, true),
            (#"{"allow": [{"host": "*.a.example"}]}"#, #"{"allow": [{"host": "x.a.example", "paths": ["/p"]}]}"#, true),
            (#"{"allow": [{"host": "*.a.example"}]}"#, #"{"allow": [{"host": "a.example"}]}"#, false),
            (#"{"allow": [{"host": "a.example"}]}"#, #"{"allow": [{"host": "a.example", "ports": [22]}]}"#, false),
            (
                #"{"allow": [{"host": "a.example", "ports": [22], "raw": true}]}"#,
                #"{"allow": [{"host": "a.example"}]}"#, true
            ),
            (#"{"allow": [{"host": "a.example", "methods": ["GET"]}]}"#, #"{"allow": [{"host": "a.example"}]}"#, false),
            (
                #"{"allow": [{"host": "a.example"}]}"#,
                #"{"allow": [{"host": "a.example", "addresses": ["10.0.0.1"]}]}"#, false
            ),
            (#"{"deny": [{"host": "a.example"}]}"#, #"{"allow": [{"host": "a.example"}]}"#, false),
            (#"{"limits": {"connections": 4}}"#, #"{"limits": {"connections": 5}}"#, false),
            (#"{"limits": {"connections": 4}}"#, #"{"limits": {"requests_per_minute": 5}}"#, true),
            (#"{"services": []}"#, #"{"services": [{"name": "a", "address": "127.0.0.1", "port": 1}]}"#, false),
            (#"{"vpn_interface": "wg0"}"#, #"{"vpn_interface": "wg1"}"#, false),
            (#"{"vpn_namespace": "a"}"#, #"{"vpn_namespace": "b"}"#, false),
            (#"{"card": false}"#, #"{"card": true}"#, false), (#"{"card": true}"#, #"{"card": false}"#, true),
            (#"{"vpn_namespace": "a"}"#, #"{"vpn_namespace": "a"}"#, true),
            (#"{"vpn_namespace": "a"}"#, #"{"vpn_interface": "wg0"}"#, false),
            (#"{"vpn_interface": "wg0"}"#, #"{"vpn_namespace": "a"}"#, false),
        ])
    func check(_ outer: String, _ inner: String, _ isWithin: Bool) throws {
        let (outer, inner) = (try rules(outer), try rules(inner))
        if isWithin {
            try inner.check(within: outer)
        } else {
            #expect(throws: PolicyProblem.self) { try inner.check(within: outer) }
        }
    }

    @Test("a thousand rules are read in time")
    func thousand() throws {
        let list = (0..<1000).map { #"{"host": "*.h\#($0).example"}"# }.joined(separator: ",")
        let both = #"{"allow": [\#(list)], "deny": [\#(list.replacing("*.h", with: "x.h"))]}"#
        #expect(try rules(both).allow?.count == 1000)
    }

    @Test("two scopes together allow what both allow")
    func tightened() throws {
        let outer = try rules(
            #"{"mode": "allowlist", "allow": [{"host": "*.a.example", "ports": [443, 8443], "paths": ["/v1/*"]}, {"host": "b.example"}], "limits": {"connections": 5}}"#
        )
        let inner = try rules(
            #"{"mode": "open", "allow": [{"host": "x.a.example", "paths": ["/v1/y", "/v2"]}, {"host": "c.example"}], "deny": [{"host": "d.example"}], "limits": {"connections": 9}}"#
        )
        let both = outer.tightened(by: inner)
        #expect(both.mode == .allowlist)
        #expect(both.allow?.map(\.description) == ["x.a.example:443,8443 /v1/y"])
        #expect(both.deny.map(\.description) == ["d.example"])
        #expect(both.limits.connections == 5)
        #expect(try rules(#"{"mode": "allowlist"}"#).tightened(by: inner).allow?.isEmpty == false)
        #expect(NetworkRules(mode: .vpn).tightened(by: NetworkRules(mode: .allowlist)).allow == [])
    }

    @Test("a VM's own configuration is a scope like the others")
    func configuration() throws {
        let options = NetworkOptions(
            whitelistDomains: [try #require(DomainPattern(parsing: "*.a.example"))],
            blacklistDomains: [try #require(DomainPattern(parsing: "b.a.example"))])
        let layer = NetworkRules(.allowlist, options)
        #expect(layer.allow?.map(\.description) == ["*.a.example"])
        #expect(layer.deny.map(\.description) == ["b.a.example"])
        #expect(layer.services == [])
        #expect(NetworkRules(.local, options).services == nil)
        #expect(NetworkRules(.open, options).allow == nil)
    }

    @Test("orders and reports survive their way, however it is cut", arguments: [1, 3, 4096])
    func messages(_ piece: Int) throws {
        let host = try #require(DomainPattern(parsing: "a.example"))
        let secret = try #require(EgressSecret(name: "KEY", hosts: [host], value: Array("s3cret".utf8)))
        let layer = EgressRules.Layer(
            scope: "host", rules: try rules(#"{"mode": "open", "deny": [{"host": "a.example"}]}"#))
        let orders: [EgressOrder] = [
            .rules(EgressRules(sequence: 4, policyVersion: 2, layers: [layer])), .secret(secret),
            .forget(secret: "KEY"),
            .authority(Array("PEM".utf8)), .report, .resume(EgressCounters(day: 3, bytesToday: 9)),
        ]
        let decision = EgressDecision(
            time: 1, kind: .request, allowed: true, host: "a.example", port: 443, method: "GET", path: "/",
            scope: "host",
            rule: "allow a.example", policyVersion: 2)
        let reports: [EgressReport] = [
            .applied(EgressApplied(sequence: 4, cut: 1)), .decision(decision), .counters(EgressCounters()),
            .refused("why"),
        ]
        var decoder = EgressDecoder()
        var read: [EgressMessage] = []
        let bytes = try orders.flatMap { try $0.message().encoded } + reports.flatMap { try $0.message().encoded }
        for start in stride(from: 0, to: bytes.count, by: piece) {
            decoder.feed(bytes[start..<min(start + piece, bytes.count)])
            while let message = try decoder.next() { read.append(message) }
        }
        #expect(try read.prefix(orders.count).map { try EgressOrder($0) } == orders)
        #expect(try read.dropFirst(orders.count).map { try EgressReport($0) } == reports)
        #expect(!"\(secret)".contains("s3cret"))
        #expect(EgressSecret(name: "KEY", hosts: secret.hosts, value: Array("a\r\nb".utf8)) == nil)
    }
}
