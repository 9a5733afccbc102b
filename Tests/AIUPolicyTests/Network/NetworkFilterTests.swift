import AIUJSON
import AIUModel
import AIUPolicy
import Testing

/// What rules say, as tables.
struct NetworkFilterTests {
    static let list = #"""
        {"mode": "allowlist",
         "allow": [{"host": "api.example.org", "ports": [443], "methods": ["GET", "POST"], "paths": ["/v1/*", "/health"]},
                   {"host": "*.wild.example"}, {"host": "git.example", "ports": [22], "raw": true},
                   {"host": "two.labels.example", "ports": [8443]}, {"host": "192.0.2.7", "ports": [80]},
                   {"host": "10.9.0.0/16", "ports": [80]}],
         "deny": [{"host": "bad.wild.example"}, {"host": "*.worse.wild.example"}, {"host": "ports.wild.example", "ports": [80]},
                  {"host": "part.wild.example", "methods": ["DELETE"]}],
         "services": [{"name": "wiki", "address": "127.0.0.1", "port": 8080}]}
        """#

    @Test(
        "a connection to a host and port",
        arguments: [
            ("api.example.org", 443, "depends"), ("api.example.org", 80, "denied"),
            ("API.EXAMPLE.ORG.", 443, "depends"),
            ("x.api.example.org", 443, "denied"), ("example.org", 443, "denied"), ("a.wild.example", 443, "allowed"),
            ("a.wild.example", 80, "allowed"), ("a.wild.example", 8080, "denied"), ("b.a.wild.example", 443, "allowed"),
            ("wild.example", 443, "denied"), ("awild.example", 443, "denied"), ("bad.wild.example", 443, "denied"),
            ("x.bad.wild.example", 443, "allowed"), ("worse.wild.example", 443, "allowed"),
            ("x.worse.wild.example", 443, "denied"), ("ports.wild.example", 80, "denied"),
            ("ports.wild.example", 443, "allowed"), ("part.wild.example", 443, "depends"),
            ("git.example", 22, "allowed"),
            ("git.example", 443, "denied"), ("two.labels.example", 8443, "allowed"), ("192.0.2.7", 80, "allowed"),
            ("192.0.2.7", 443, "denied"), ("192.0.2.8", 80, "denied"), ("10.9.8.7", 80, "allowed"),
            ("10.8.8.7", 80, "denied"), ("[::ffff:192.0.2.7]", 80, "denied"), ("wiki.local", 80, "allowed"),
            ("wiki.local", 8080, "allowed"), ("wiki.local", 443, "denied"), ("other.local", 80, "denied"),
        ])
    func connection(_ host: String, _ port: UInt16, _ expected: String) throws {
        let verdict = try filter(Self.list).connection(try EgressHost(parsing: host), port: port)
        #expect(word(verdict) == expected)
    }

    @Test(
        "a request",
        arguments: [
            ("api.example.org", 443, "GET", "/v1/models", true), ("api.example.org", 443, "GET", "/v1/", true),
            ("api.example.org", 443, "GET", "/v1", false), ("api.example.org", 443, "POST", "/health", true),
            ("api.example.org", 443, "GET", "/health/", false), ("api.example.org", 443, "get", "/v1/a", false),
            ("api.example.org", 443, "DELETE", "/v1/a", false), ("api.example.org", 443, "GET", "/v1/../admin", false),
            ("api.example.org", 443, "GET", "/v1/%2e%2e/admin", false),
            ("api.example.org", 443, "GET", "/v1/%2fa", false),
            ("api.example.org", 443, "GET", "/%76%31/a", true), ("part.wild.example", 80, "DELETE", "/", false),
            ("part.wild.example", 80, "GET", "/../", true),
        ])
    func request(_ host: String, _ port: UInt16, _ method: String, _ path: String, _ allowed: Bool) throws {
        let verdict = try filter(Self.list).request(
            try EgressHost(parsing: host), port: port, method: method, path: path.utf8)
        #expect(word(verdict) == (allowed ? "allowed" : "denied"))
    }

    @Test(
        "a name is answered when some connection to it would be allowed",
        arguments: [
            ("api.example.org", "depends"), ("a.wild.example", "allowed"), ("bad.wild.example", "denied"),
            ("ports.wild.example", "allowed"), ("wiki.local", "allowed"), ("data.exfiltrated.example.com", "denied"),
        ])
    func name(_ host: String, _ expected: String) throws {
        #expect(word(try filter(Self.list).name(try EgressHost(parsing: host))) == expected)
    }

    @Test(
        "the mode alone",
        arguments: [
            ("isolated", "denied", "denied", "denied"), ("local", "denied", "denied", "allowed"),
            ("allowlist", "denied", "denied", "allowed"), ("vpn", "allowed", "denied", "allowed"),
            ("open", "allowed", "denied", "allowed"),
        ])
    func mode(_ mode: String, _ name: String, _ address: String, _ service: String) throws {
        let filter = try filter(
            #"{"mode": "\#(mode)", "vpn_interface": "wg0", "services": [{"name": "wiki", "address": "127.0.0.1", "port": 80}]}"#
        )
        #expect(word(filter.connection(try EgressHost(parsing: "any.example.org"), port: 4444)) == name)
        #expect(word(filter.connection(try EgressHost(parsing: "1.1.1.1"), port: 80)) == address)
        #expect(word(filter.connection(try EgressHost(parsing: "wiki.local"), port: 80)) == service)
    }

    @Test("nobody says anything, or a tunnel has no interface: nothing is reached")
    func nothing() throws {
        let host = try EgressHost(parsing: "example.org")
        #expect(word(try filter().connection(host, port: 443)) == "denied")
        #expect(word(try filter("{}").connection(host, port: 443)) == "denied")
        #expect(word(try filter(#"{"mode": "vpn"}"#).connection(host, port: 443)) == "denied")
        // Two ways out are no way.
        let both = try filter(#"{"mode": "vpn", "vpn_interface": "wg0"}"#, #"{"vpn_namespace": "a"}"#)
        #expect(word(both.connection(host, port: 443)) == "denied")
    }

    @Test("in a network namespace the world is reached, and services of the host are not")
    func namespace() throws {
        let filter = try filter(
            #"{"mode": "vpn", "vpn_namespace": "a", "services": [{"name": "wiki", "address": "127.0.0.1", "port": 80}]}"#
        )
        #expect(word(filter.connection(try EgressHost(parsing: "example.org"), port: 443)) == "allowed")
        #expect(word(filter.connection(try EgressHost(parsing: "wiki.local"), port: 80)) == "denied")
    }

    @Test(
        "every scope must agree",
        arguments: [
            // A policy, a VM's configuration, and what comes of them for a.example:443.
            (#"{"mode": "open"}"#, #"{"mode": "allowlist", "allow": [{"host": "a.example"}]}"#, "allowed"),
            (#"{"mode": "open"}"#, #"{"mode": "isolated"}"#, "denied"),
            (#"{"mode": "isolated"}"#, #"{"mode": "open"}"#, "denied"),
            (#"{"deny": [{"host": "*"}]}"#, #"{"mode": "open"}"#, "denied"),
            (#"{"allow": [{"host": "b.example"}]}"#, #"{"mode": "open"}"#, "denied"),
            (#"{"allow": [{"host": "*.example"}]}"#, #"{"mode": "open"}"#, "denied"),
            (#"{"allow": [{"host": "a.example", "paths": ["/x"]}]}"#, #"{"mode": "open"}"#, "depends"),
            (#"{"allow": [{"host": "*"}]}"#, #"{"mode": "allowlist", "allow": [{"host": "a.example"}]}"#, "allowed"),
            (#"{"mode": "allowlist"}"#, #"{"mode": "allowlist", "allow": [{"host": "a.example"}]}"#, "allowed"),
            (#"{"mode": "allowlist", "allow": []}"#, #"{"mode": "open"}"#, "denied"),
            (#"{"mode": "allowlist"}"#, #"{"mode": "open"}"#, "denied"),
            (#"{"mode": "vpn", "vpn_interface": "wg0"}"#, #"{"mode": "allowlist"}"#, "denied"),
            (#"{"mode": "local"}"#, #"{"mode": "open"}"#, "denied"),
            (
                #"{"mode": "vpn", "vpn_interface": "wg0"}"#,
                #"{"mode": "allowlist", "allow": [{"host": "a.example"}]}"#, "allowed"
            ),
            (
                #"{"mode": "vpn", "vpn_interface": "wg0"}"#,
                #"{"mode": "allowlist", "allow": [{"host": "b.example"}]}"#, "denied"
            ),
        ])
    func scopes(_ outer: String, _ inner: String, _ expected: String) throws {
        // `*.example` has one label behind the wildcard and is no pattern.
        if outer.contains("*.example") {
            #expect(throws: PolicyProblem.self) { try filter(outer, inner) }
            return
        }
        let verdict = try filter(outer, inner).connection(try EgressHost(parsing: "a.example"), port: 443)
        #expect(word(verdict) == expected)
    }

    @Test("an inner scope that names no ports means those of the outer one, and never more")
    func ports() throws {
        let outer = #"{"allow": [{"host": "git.example", "ports": [22], "raw": true, "addresses": ["10.0.0.0/8"]}]}"#
        let inner = #"{"mode": "allowlist", "allow": [{"host": "git.example"}]}"#
        let host = try EgressHost(parsing: "git.example")
        let grant = try #require(try filter(outer, inner).connection(host, port: 22).grant)
        #expect(grant.raw)
        #expect(grant.addresses.map(\.description) == ["10.0.0.0/8"])
        #expect(word(try filter(outer, inner).connection(host, port: 443)) == "denied")
        #expect(word(try filter(inner, outer).connection(host, port: 22)) == "denied")
    }

    @Test("a denied network is also denied behind an allowed name")
    func deniedNetwork() throws {
        let filter = try filter(#"{"mode": "open", "deny": [{"host": "93.184.0.0/16"}]}"#)
        let grant = try #require(filter.connection(try EgressHost(parsing: "a.example"), port: 443).grant)
        #expect(filter.refusal(of: try #require(IPAddress(parsing: "93.184.216.34")), under: grant) != nil)
        #expect(filter.refusal(of: try #require(IPAddress(parsing: "93.185.216.34")), under: grant) == nil)
    }

    @Test("a network denied on a port is denied there also behind an allowed name")
    func deniedPort() throws {
        let filter = try filter(#"{"mode": "open", "deny": [{"host": "93.184.0.0/16", "ports": [22]}]}"#)
        let grant = try #require(filter.connection(try EgressHost(parsing: "a.example"), port: 22).grant)
        let address = try #require(IPAddress(parsing: "93.184.216.34"))
        #expect(filter.refusal(of: address, port: 22, under: grant) != nil)
        #expect(filter.refusal(of: address, port: 443, under: grant) == nil)
    }

    @Test(
        "who allows a wide network means no special address in it",
        arguments: [
            ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "127.0.0.1", false), ("0.0.0.0/0", "0.0.0.0", false),
            ("0.0.0.0/0", "169.254.169.254", false), ("0.0.0.0/0", "10.0.0.1", false), ("10.0.0.0/8", "10.0.0.1", true),
            ("169.254.0.0/16", "169.254.169.254", false), ("169.254.0.0/16", "169.254.1.1", true),
            ("169.254.169.254", "169.254.169.254", true), ("127.0.0.0/8", "127.0.0.1", true), ("::/0", "[::1]", false),
            ("::/0", "[2606:4700::1111]", true), ("fc00::/7", "[fd00::1]", true),
            ("fc00::/7", "[fd00:ec2::254]", false),
        ])
    func wide(_ network: String, _ host: String, _ allowed: Bool) throws {
        let host = try EgressHost(parsing: host)
        let raw = try filter(#"{"mode": "allowlist", "allow": [{"host": "\#(network)"}]}"#)
        #expect(word(raw.connection(host, port: 443)) == (allowed ? "allowed" : "denied"))
        guard case .address(let address) = host else { return }
        let behind = try filter(
            #"{"mode": "allowlist", "allow": [{"host": "a.example", "addresses": ["\#(network)"]}]}"#)
        let grant = try #require(behind.connection(try EgressHost(parsing: "a.example"), port: 443).grant)
        #expect((behind.refusal(of: address, port: 443, under: grant) == nil) == allowed)
    }

    @Test(
        "a configuration's own proxy leads nowhere that the policy does not",
        arguments: [
            // A policy; where the proxy is; whether it is asked.
            ("{}", "192.0.9.1", true), ("{}", "10.0.0.1", true), ("{}", "127.0.0.1", false),
            ("{}", "169.254.169.254", false), (#"{"mode": "open"}"#, "8.8.8.8", true),
            (#"{"mode": "open"}"#, "10.0.0.1", false), (#"{"allow": [{"host": "a.example"}]}"#, "8.8.8.8", false),
            (#"{"allow": [{"host": "proxy.example", "ports": [3128]}]}"#, "8.8.8.8", true),
            (#"{"allow": [{"host": "proxy.example", "ports": [3128]}]}"#, "10.0.0.1", false),
            (
                #"{"allow": [{"host": "proxy.example", "ports": [3128], "addresses": ["10.0.0.1"]}]}"#, "10.0.0.1", true
            ), (#"{"deny": [{"host": "proxy.example"}]}"#, "8.8.8.8", false),
            (#"{"deny": [{"host": "b.example"}]}"#, "8.8.8.8", true),
        ])
    func ownProxy(_ policy: String, _ address: String, _ allowed: Bool) throws {
        let own = #"{"mode": "open", "upstream_proxy": "http://proxy.example:3128"}"#
        let layers = try [("host", policy), (EgressRules.Layer.configuration, own)].map { scope, text in
            EgressRules.Layer(scope: scope, rules: try NetworkRules(try JSONNode(parsing: Array(text.utf8))))
        }
        let filter = NetworkFilter(EgressRules(sequence: 0, policyVersion: 1, layers: layers))
        let host = try EgressHost(parsing: "proxy.example")
        let reason = filter.refusal(ofProxy: host, port: 3128, at: try #require(IPAddress(parsing: address)))
        #expect((reason == nil) == allowed)
        #expect(filter.isProxyOwn)
    }

    @Test("a decision names its scope and rule")
    func reasons() throws {
        let filter = try filter(Self.list)
        func reason(_ host: String, _ port: UInt16) throws -> String {
            switch filter.connection(try EgressHost(parsing: host), port: port) {
            case .denied(let reason): reason.description
            case .allowed(let grant), .dependsOnRequest(let grant): grant.reason.description
            }
        }
        #expect(try reason("a.wild.example", 443) == "scope 0: allow *.wild.example")
        #expect(try reason("bad.wild.example", 443) == "scope 0: deny bad.wild.example")
        #expect(try reason("git.example", 80) == "scope 0: allow git.example:22 raw: not to port 80")
        #expect(try reason("nowhere.example", 80) == "scope 0: nowhere.example is not among the allowed hosts")
    }

    @Test("a thousand rules decide as fast as ten")
    func thousand() throws {
        func rules(_ count: Int) throws -> NetworkFilter {
            let rules = (0..<count).map { #"{"host": "*.h\#($0).example"}"# }.joined(separator: ",")
            return try filter(#"{"mode": "allowlist", "allow": [\#(rules)]}"#)
        }
        let few = try rules(10)
        let many = try rules(1000)
        let host = try EgressHost(parsing: "a.b.h7.example")
        func time(_ filter: NetworkFilter) -> Duration {
            (0..<5).map { _ in
                ContinuousClock().measure {
                    for _ in 0..<2000 { _ = filter.connection(host, port: 443) }
                }
            }.min() ?? .zero
        }
        _ = time(few)
        // Twice, for a busy machine; a list that is walked would take a hundred times as long.
        #expect(time(many) < time(few) * 2)
    }
}
