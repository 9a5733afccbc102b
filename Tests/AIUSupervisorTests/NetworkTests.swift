import AIUModel
import AIUSupervisor
import Synchronization
import Testing

@Suite("What VMs may reach")
struct NetworkTests {
    private static func allowing(_ domains: [String]) -> String {
        let list = domains.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"internet":true,"network_policy":"allowlist","network_options":{"whitelist_domains":[\#(list)]}}"#
    }

    private static func start(_ world: World, _ configuration: String) async throws -> (VMName, VMID) {
        try await world.supervisor.recover()
        let view = try await world.supervisor.create(
            CreateVM(name: "box", configuration: configuration, start: true))
        return (view.record.name, view.record.id)
    }

    private static func scopes(_ world: World, _ id: VMID) -> [[String]] {
        world.egress.state.withLock { $0.rules[id, default: []].map { $0.layers.map(\.scope) } }
    }

    @Test("nothing is started for one that reaches nothing")
    func isolated() async throws {
        let world = World()
        let (name, id) = try await Self.start(world, "{}")
        #expect(Self.scopes(world, id).isEmpty)
        let view = try await world.supervisor.network(of: name)
        #expect(view.mode == .isolated && !view.reachable && view.layers.map(\.scope) == ["configuration"])
    }

    @Test("what it may reach begins with it, follows configuration and policy, and ends with it")
    func life() async throws {
        let world = World()
        let (name, id) = try await Self.start(world, Self.allowing(["a.example.org"]))
        #expect(Self.scopes(world, id) == [["configuration"]])
        #expect(world.links.state.withLock { $0.trusted[id] } == [1, 2, 3])
        _ = try await world.supervisor.apply(ApplyConfiguration(document: Self.allowing(["b.example.org"])), to: name)
        #expect(Self.scopes(world, id).count == 2)
        let document = #"{"vms":{"box":{"network":{"deny":[{"host":"b.example.org"}]}}}}"#
        _ = try await world.supervisor.apply(ApplyPolicy(document: document), by: "anna")
        #expect(await world.until { Self.scopes(world, id).last == ["vm box", "configuration"] })
        let last = try #require(world.egress.state.withLock { $0.rules[id]?.last })
        #expect(last.policyVersion == 1 && last.sequence == 3)
        _ = try await world.supervisor.apply(ApplyPolicy(document: #"{"network":{"mode":"isolated"}}"#), by: "anna")
        #expect(await world.until { world.egress.state.withLock { $0.ended == [id] } })
        _ = try await world.supervisor.apply(ApplyPolicy(document: "{}"), by: "anna")
        #expect(await world.until { world.egress.state.withLock { $0.reachable.contains(id) } })
        _ = try await world.supervisor.stop(name, StopVM())
        #expect(world.egress.state.withLock { $0.reachable.isEmpty })
        try await world.supervisor.delete(name, DeleteVM(purge: true))
        #expect(world.egress.state.withLock { $0.forgotten == [id] })
        let kinds = try await world.supervisor.events(after: 0, limit: 100).map(\.kind)
        #expect(kinds.count { $0 == .networkChanged } == 4)
    }

    @Test("a network card is there only where the policy asks for one and the VM is open, and ends with the machine")
    func card() async throws {
        let world = World()
        try await world.supervisor.recover()
        _ = try await world.supervisor.apply(
            ApplyPolicy(document: #"{"network":{"mode":"open","card":true}}"#), by: "anna")
        func cards() -> Set<VMID> { Set(world.egress.state.withLock { $0.cards.keys }) }
        let open = try await world.supervisor.create(
            CreateVM(name: "box", configuration: #"{"internet":true,"network_policy":"open"}"#, start: true))
        _ = try await world.supervisor.create(
            CreateVM(name: "listed", configuration: Self.allowing(["a.example.org"]), start: true))
        _ = try await world.supervisor.create(CreateVM(name: "sealed", configuration: "{}", start: true))
        #expect(cards() == [open.record.id])
        _ = try await world.supervisor.stop(open.record.name, StopVM())
        #expect(cards().isEmpty)
    }

    @Test("one whose proxy does not work starts all the same, and says so")
    func broken() async throws {
        let world = World()
        world.egress.state.withLock { $0.problem = "no proxy" }
        let (name, _) = try await Self.start(world, Self.allowing(["a.example.org"]))
        #expect(try await world.supervisor.inspect(name).record.phase == .running)
        #expect(world.log.contain("no proxy"))
        #expect(try await !world.supervisor.network(of: name).reachable)
    }

    @Test("allow and deny change what holds at once")
    func verbs() async throws {
        let world = World()
        let (name, _) = try await Self.start(world, "{}")
        func change(_ verb: ChangeNetwork.Verb, _ host: String, _ ports: [Int]? = nil) async throws -> NetworkView {
            try await world.supervisor.changeNetwork(
                of: name, ChangeNetwork(verb: verb, host: host, ports: ports), by: "anna")
        }
        var view = try await change(.allow, "api.example.org")
        #expect(view.mode == .allowlist && view.reachable)
        #expect(view.layers.last?.allow == ["api.example.org"])
        #expect(world.policies.version == 0)
        view = try await change(.allow, "api.example.org", [8443])
        #expect(try await world.supervisor.policyHistory(limit: 5).map(\.author) == ["anna"])
        #expect(view.layers.first { $0.scope == "vm box" }?.allow == ["api.example.org", "api.example.org:8443"])
        view = try await change(.deny, "api.example.org")
        #expect(view.mode == .isolated && !view.reachable)
        await #expect(throws: Failure.self) { _ = try await change(.allow, "127.0.0.1") }
        await #expect(throws: Failure.self) { _ = try await change(.allow, "com") }
    }

    @Test("a policy that is tighter is not widened by a VM's verb")
    func tighter() async throws {
        let world = World()
        let (name, _) = try await Self.start(world, Self.allowing(["a.example.org"]))
        let document = #"{"network":{"allow":[{"host":"a.example.org"}]}}"#
        _ = try await world.supervisor.apply(ApplyPolicy(document: document), by: "anna")
        let change = ChangeNetwork(verb: .allow, host: "b.example.org", methods: ["GET"])
        await #expect(throws: Failure.self) {
            _ = try await world.supervisor.changeNetwork(of: name, change, by: "bert")
        }
        #expect(world.policies.version == 1)
    }

    @Test(
        "a question is answered with the rule that decides",
        arguments: [
            ("https://a.example.org/x?y", true, "allow a.example.org"),
            ("http://A.example.org", true, "allow a.example.org"),
            ("https://b.example.org/", false, "not among"), ("https://a.example.org:8443/", false, "port 8443"),
            ("https://127.0.0.1/", false, ""),
        ])
    func questions(url: String, allowed: Bool, words: String) async throws {
        let world = World()
        let (name, _) = try await Self.start(world, Self.allowing(["a.example.org"]))
        let answer = try await world.supervisor.testNetwork(of: name, TestNetwork(url: url))
        #expect(answer.allowed == allowed && answer.scope == "configuration", "\(answer)")
        #expect(answer.rule.contains(words), "\(answer.rule)")
    }

    @Test(
        "what is no URL is refused",
        arguments: [
            "", "ftp://a.example.org", "https://user@a.example.org", "https://a.example.org:0", "https://a b",
            "https://2130706433/", "https://0x7f.1/", "https://:443",
        ])
    func noURL(url: String) async throws {
        let world = World()
        let (name, _) = try await Self.start(world, "{}")
        await #expect(throws: Failure.self) {
            _ = try await world.supervisor.testNetwork(of: name, TestNetwork(url: url))
        }
    }

    @Test("a trial goes the guest's way")
    func trial() async throws {
        let world = World()
        let (name, _) = try await Self.start(world, Self.allowing(["a.example.org"]))
        for url in ["https://a.example.org/x", "http://a.example.org/x?y"] {
            let answer = try await world.supervisor.testNetwork(of: name, TestNetwork(url: url, connect: true))
            #expect(answer.tried == "HTTP/1.1 403 Forbidden")
        }
        let lines = world.egress.state.withLock { $0.requests }.map {
            String(decoding: $0.prefix { $0 != 13 }, as: UTF8.self)
        }
        #expect(lines == ["CONNECT a.example.org:443 HTTP/1.1", "GET http://a.example.org:80/x?y HTTP/1.1"])
    }

    @Test("secrets are checked before they are kept, and never shown")
    func secrets() async throws {
        let world = World()
        let secret = SetSecret(hosts: ["api.example.org"], value: "hidden")
        let summary = try await world.supervisor.setSecret("KEY", secret)
        #expect(summary.placeholder == "AIU_SECRET__KEY__" && !"\(secret)".contains("hidden"))
        #expect(try await world.supervisor.secrets() == [summary])
        try await world.supervisor.removeSecret("KEY")
        for (name, hosts, value) in [
            ("key", ["api.example.org"], "x"), ("KEY", ["10.0.0.1"], "x"), ("KEY", [], "x"),
            ("KEY", ["api.example.org"], ""), ("KEY", ["api.example.org"], "a\r\nb"),
        ] {
            await #expect(throws: Failure.self) {
                _ = try await world.supervisor.setSecret(name, SetSecret(hosts: hosts, value: value))
            }
        }
        await #expect(throws: Failure.self) { try await world.supervisor.removeSecret("KEY") }
    }

    @Test("a secret for some VMs is theirs by what they are, not by what they are called")
    func secretScope() async throws {
        let world = World()
        let (name, id) = try await Self.start(world, "{}")
        _ = try await world.supervisor.apply(ApplyPolicy(document: #"{"projects":{"lab":{}}}"#), by: "anna")
        func set(_ vms: [String]?, _ projects: [String]?) async throws -> SecretSummary {
            try await world.supervisor.setSecret(
                "KEY", SetSecret(hosts: ["api.example.org"], value: "hidden", vms: vms, projects: projects))
        }
        let made = try await set(["box"], ["lab"])
        #expect(made.vms == ["box"] && made.projects == ["lab"])
        let kept = world.egress.state.withLock { $0.secrets["KEY"]?.scope }
        #expect(kept == SecretScope(vms: [id], projects: ["lab"]))
        let other = try #require(VMName("other"))
        _ = try await world.supervisor.rename(name, to: other)
        #expect(try await world.supervisor.secrets().map(\.vms) == [["other"]])
        // Another one that has the name now is not meant.
        _ = try await world.supervisor.create(CreateVM(name: "box"))
        #expect(try await world.supervisor.secrets().map(\.vms) == [["other"]])
        for (vms, projects) in [
            (["nobody"], nil), (["No Name"], nil), (nil, ["lba"]), ([], nil), (nil, []),
            (nil, Array(repeating: "lab", count: SecretScope.most + 1)),
        ] as [([String]?, [String]?)] {
            await #expect(throws: Failure.self) { _ = try await set(vms, projects) }
        }
        #expect(world.egress.state.withLock { $0.secrets["KEY"]?.scope } == kept)
    }
}
