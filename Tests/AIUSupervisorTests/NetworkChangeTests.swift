import AIUJSON
import AIUModel
import AIUSupervisor
import Testing

@Suite("What allow and deny write down")
struct NetworkChangeTests {
    private static func domains(_ names: [String]) -> [DomainPattern] {
        names.compactMap { DomainPattern(parsing: $0) }
    }

    private static func listing(_ names: [String], denying denied: [String] = []) -> AIUConfig {
        var config = AIUConfig.default
        config.internet = true
        config.networkPolicy = .allowlist
        config.networkOptions.whitelistDomains = domains(names)
        config.networkOptions.blacklistDomains = domains(denied)
        return config
    }

    private static func change(
        _ verb: ChangeNetwork.Verb, _ host: String, _ config: AIUConfig, _ rules: NetworkRules? = nil,
        ports: [Int]? = nil
    ) async throws -> (AIUConfig, NetworkRules?) {
        let world = World()
        try await world.supervisor.recover()
        let document = String(decoding: config.canonicalBytes, as: UTF8.self)
        let view = try await world.supervisor.create(CreateVM(name: "box", configuration: document))
        if let rules {
            let text = #"{"vms":{"box":{"network":\#(rules.json.text())}}}"#
            _ = try await world.supervisor.apply(ApplyPolicy(document: text), by: "test")
        }
        let wish = ChangeNetwork(verb: verb, host: host, ports: ports)
        _ = try await world.supervisor.changeNetwork(of: view.record.name, wish, by: "test")
        let written = try await world.supervisor.configuration(of: view.record.name).document
        let policy = try await world.supervisor.policy().policy.document ?? "{}"
        let section = try PolicyDocument(parsing: Array(policy.utf8)).sections(of: .vm(view.record.name))
        return (try AIUConfig.parse(Array(written.utf8)), section?.network)
    }

    @Test(
        "a host alone stands in the configuration, which stays one that is possible",
        arguments: [
            (ChangeNetwork.Verb.allow, "a.b.c", listing(["x.y"]), listing(["x.y", "a.b.c"])),
            (.allow, "a.b.c", listing(["*.b.c"]), listing(["*.b.c"])),
            (.allow, "a.b.c", listing(["x.y"], denying: ["a.b.c"]), listing(["x.y", "a.b.c"])),
            (.allow, "a.b.c", AIUConfig.default, listing(["a.b.c"])),
            (.deny, "a.b.c", listing(["a.b.c"]), AIUConfig.default),
            (.deny, "a.b.c", listing(["a.b.c", "x.y"]), listing(["x.y"])),
            (.deny, "*.b.c", listing(["a.b.c", "d.b.c", "x.y"]), listing(["x.y"])),
            (.deny, "a.b.c", listing(["*.b.c"]), listing(["*.b.c"], denying: ["a.b.c"])),
            (.deny, "a.b.c", listing(["x.y"]), listing(["x.y"])),
            (.deny, "a.b.c", AIUConfig.default, AIUConfig.default),
        ])
    func configuration(
        verb: ChangeNetwork.Verb, host: String, before: AIUConfig, after: AIUConfig
    ) async throws {
        let (config, rules) = try await Self.change(verb, host, before)
        #expect(config == after && rules == nil)
    }

    @Test("what is denied by a wider pattern is not allowed by halves")
    func blocked() async throws {
        await #expect(throws: Failure.self) {
            try await Self.change(.allow, "a.b.c", Self.listing(["x.y"], denying: ["*.b.c"]))
        }
    }

    @Test("a port stands in the policy, beside what was allowed before")
    func ports() async throws {
        let (config, rules) = try await Self.change(.allow, "a.b.c", Self.listing(["x.y"]), ports: [8443])
        #expect(config == Self.listing(["x.y", "a.b.c"]))
        #expect(rules?.allow?.map(\.description) == ["x.y", "a.b.c:8443"])
        let (same, denied) = try await Self.change(.deny, "x.y", Self.listing(["x.y"]), ports: [80])
        #expect(same == Self.listing(["x.y"]) && denied?.deny.map(\.description) == ["x.y:80"])
    }

    @Test("allowing takes back the same denial, and denying the same allowance")
    func back() async throws {
        let domain = try #require(DomainPattern(parsing: "a.b.c"))
        let rule = NetworkRule(host: .domain(domain), ports: [8080])
        let (_, allowed) = try await Self.change(
            .allow, "a.b.c", Self.listing(["a.b.c"]), NetworkRules(deny: [rule]), ports: [8080])
        #expect(allowed?.deny.isEmpty == true)
        let (config, denied) = try await Self.change(
            .deny, "a.b.c", Self.listing(["a.b.c", "x.y"]),
            NetworkRules(allow: [rule, NetworkRule(host: .domain(domain))]))
        #expect(denied?.allow?.isEmpty == true && config == Self.listing(["x.y"]))
    }
}
