import AIUEgressLink
import AIUModel
import AIUSeal
import AIUSystem
import Glibc
import Testing

@Suite("A VM's proxy as its supervisor runs it")
struct EgressTests {
    private static let decision = EgressDecision(
        time: 1, kind: .request, allowed: true, host: "example.org", port: 443, scope: "host", rule: "allow *",
        policyVersion: 1)

    private static func applied(_ sequence: Int64, cut: Int = 0) -> EgressReport {
        .applied(EgressApplied(sequence: sequence, cut: cut))
    }

    @Test("it gets authority, secrets and rules, and listens until it is ended")
    func life() async throws {
        let rig = try EgressRig(reports: [Self.applied(1, cut: 2)])
        let domain = try #require(DomainPattern(parsing: "api.example.org"))
        let secret = try #require(EgressSecret(name: "KEY", hosts: [domain], value: Array("hidden".utf8)))
        try await rig.programs.set(secret)
        let state = await rig.apply(1)
        #expect(state == EgressState(sequence: 1, cut: 2, authority: Array(EgressRig.certificate.utf8)))
        #expect(rig.listens())
        #expect(
            try await rig.until {
                try rig.orders() == [
                    .authority(Array((EgressRig.certificate + EgressRig.key).utf8)), .secret(secret),
                    .rules(rig.rules(1)),
                ]
            })
        _ = try await rig.programs.removeSecret("KEY")
        #expect(try await rig.until { try rig.orders().last == .forget(secret: "KEY") })
        await rig.programs.end(rig.id)
        #expect(!rig.listens())
        #expect(await rig.programs.state(of: rig.id) == nil)
    }

    @Test("what there is of the network is said, and why a part of it is not")
    func examined() async throws {
        let rig = try EgressRig(reports: [Self.applied(1)])
        var checks = await EgressPrograms.examine(rig.programs)
        #expect(checks.map(\.name) == ["network", "network cards"])
        #expect(checks.map(\.verdict) == [.good, .warning])
        #expect(checks.last?.detail.contains("proxies are not started in network namespaces here") == true)
        checks = await EgressPrograms.examine(nil)
        #expect(checks.map(\.verdict) == [.warning])
    }

    @Test(
        "a secret for some VMs or projects reaches their proxies only, at once, and at each start",
        arguments: [
            (SecretScope.all, true), (SecretScope(vms: [VMID("0123456789ab")].compactMap(\.self)), true),
            (SecretScope(vms: [.random()]), false), (SecretScope(projects: ["lab"]), true),
            (SecretScope(vms: [.random()], projects: ["play"]), false),
            (SecretScope(vms: [.random()], projects: ["play", "lab"]), true),
        ])
    func scope(scope: SecretScope, reaches: Bool) async throws {
        let rig = try EgressRig(reports: [Self.applied(1)])
        let domain = try #require(DomainPattern(parsing: "api.example.org"))
        func secret(_ name: String, _ scope: SecretScope) throws -> EgressSecret {
            try #require(EgressSecret(name: name, hosts: [domain], value: Array("hidden".utf8), scope: scope))
        }
        try await rig.programs.set(try secret("BEFORE", scope))
        _ = await rig.apply(1, in: "lab")
        #expect(try await rig.until { try rig.orders().contains { if case .rules = $0 { true } else { false } } })
        try await rig.programs.set(try secret("AFTER", scope))
        // One that was for all, and is for some from now on.
        try await rig.programs.set(try secret("NARROWED", .all))
        try await rig.programs.set(try secret("NARROWED", SecretScope(projects: ["other"])))
        #expect(try await rig.until { try rig.orders().last == .forget(secret: "NARROWED") })
        let names = try rig.orders().compactMap { if case .secret(let secret) = $0 { secret.name } else { nil } }
        #expect(names == (reaches ? ["BEFORE", "AFTER"] : []) + ["NARROWED"])
        let told = rig.bytes("told")
        #expect(!told.indices.contains { told[$0...].starts(with: Array("project:".utf8)) })
        // Known to the next supervisor too.
        #expect(try await EgressPrograms(rig.settings).secrets() == (try await rig.programs.secrets()))
        await rig.programs.end(rig.id)
    }

    @Test("a secret that was kept for VMs in a way that is not understood is refused, not given to all")
    func strangeScope() throws {
        for (text, isKnown) in [
            ("KEY\0a.org\0v", true), ("KEY\0a.org\nvm:0123456789ab\0v", true), ("KEY\0a.org\nproject:a,b\0v", true),
            ("KEY\0a.org\ntenant:x\0v", false), ("KEY\0a.org\nvm:x\0v", false), ("KEY\0a.org\n\0v", false),
            ("KEY\0a.org\nproject:\0v", false),
        ] {
            #expect((EgressSecret(payload: Array(text.utf8)) != nil) == isKnown, "\(text)")
        }
    }

    @Test("one that does not put new rules in force is ended, and started with the newest")
    func hanging() async throws {
        let rig = try EgressRig("cat $said >&3; sleep 60", reports: [Self.applied(1)])
        #expect(await rig.apply(1).sequence == 1)
        let state = await rig.apply(2)
        #expect(state.sequence == nil && state.problem?.contains("in time") == true)
        #expect(!rig.listens())
        #expect(try await rig.until { rig.starts == 2 })
        await rig.programs.end(rig.id)
    }

    @Test(
        "a program that makes no authority in time is ended, and the VM reaches nothing",
        arguments: [
            "if [ \"$1\" = authority ]; then sleep 60; fi", "if [ \"$1\" = authority ]; then exec >&-; sleep 60; fi",
            "if [ \"$1\" = authority ]; then yes; fi", "if [ \"$1\" = authority ]; then exit 1; fi",
        ])
    func noAuthority(maker: String) async throws {
        let rig = try EgressRig(reports: [Self.applied(1)], maker: maker)
        let began = ContinuousClock.now
        let state = await rig.apply(1)
        #expect(ContinuousClock.now - began < .seconds(3))
        #expect(state.sequence == nil && state.problem?.contains("authority") == true, "\(state)")
        #expect(!rig.listens() && rig.starts == 0)
    }

    @Test("one that dies leaves nothing reachable and comes back", arguments: ["exit 3", "echo no >&2; exit 1"])
    func dying(script: String) async throws {
        let rig = try EgressRig(script, reports: [])
        let state = await rig.apply(1)
        #expect(state.sequence == nil && state.problem?.contains("ended") == true, "\(state)")
        #expect(try await rig.until { rig.starts >= 3 })
        await rig.programs.end(rig.id)
        let count = rig.starts
        try await Task.sleep(for: .milliseconds(300))
        #expect(rig.starts == count)
    }

    @Test(
        "what a proxy never says ends it",
        arguments: [EgressReport.refused("no"), .applied(EgressApplied(sequence: 1, cut: 0))])
    func nonsense(report: EgressReport) async throws {
        let script = "cat $said >&3; printf '\\377\\377\\377\\377\\020' >&3; sleep 60"
        let rig = try EgressRig(script, reports: [report])
        _ = await rig.apply(1)
        #expect(try await rig.until { rig.starts >= 2 })
        await rig.programs.end(rig.id)
    }

    @Test("decisions are kept, read back and told to who listens")
    func decisions() async throws {
        let rig = try EgressRig(
            "cat $said >&3; read -n 1 <&3; cat $said >&3; sleep 60",
            reports: [Self.applied(1), .decision(Self.decision)])
        var stream = await rig.programs.decisionStream(of: rig.id).makeAsyncIterator()
        _ = await rig.apply(1)
        #expect(await stream.next() == Self.decision)
        #expect(try await rig.until { try await rig.programs.decisions(of: rig.id, limit: 10).count == 2 })
        #expect(try await rig.programs.decisions(of: rig.id, limit: 1) == [Self.decision])
        await rig.programs.forget(rig.id)
        #expect(try await rig.programs.decisions(of: rig.id, limit: 10).isEmpty)
    }

    @Test("a decision that cannot be kept holds the proxy up until it can")
    func fullLog() async throws {
        let rig = try EgressRig(reports: [Self.applied(1), .decision(Self.decision), Self.applied(2)])
        try Files.makeFolder("\(rig.folder)/egress/\(rig.id).jsonl")
        #expect(await rig.apply(1).sequence == 1)
        #expect(try await rig.until { await rig.programs.state(of: rig.id)?.problem?.contains("written") == true })
        #expect(unsafe rmdir("\(rig.folder)/egress/\(rig.id).jsonl") == 0)
        #expect(try await rig.until { await rig.programs.state(of: rig.id)?.problem == nil })
        #expect(try await rig.programs.decisions(of: rig.id, limit: 10) == [Self.decision])
        await rig.programs.end(rig.id)
    }

    @Test("what was used is known to the next one")
    func counters() async throws {
        let used = EgressCounters(day: 5, bytesToday: 7, requests: 3)
        let rig = try EgressRig(reports: [Self.applied(1), .counters(used), Self.applied(2)])
        _ = await rig.apply(1)
        #expect(try await rig.until { await rig.programs.counters(of: rig.id) == used })
        await rig.programs.end(rig.id)
        #expect(await rig.programs.counters(of: rig.id) == used)
        _ = await rig.apply(2)
        #expect(try await rig.until { try rig.orders().contains(.resume(used)) })
        await rig.programs.end(rig.id)
    }

    @Test("secrets are files of nobody else's, and outlive the supervisor")
    func secrets() async throws {
        let rig = try EgressRig(reports: [])
        let domain = try #require(DomainPattern(parsing: "*.example.org"))
        let secret = try #require(EgressSecret(name: "TOKEN_1", hosts: [domain], value: [0x41, 0xC3, 0xA4]))
        try await rig.programs.set(secret)
        #expect(try Files.metadata("\(rig.folder)/secrets/TOKEN_1").st_mode & 0o777 == 0o600)
        #expect(try Files.metadata("\(rig.folder)/secrets").st_mode & 0o777 == 0o700)
        let summary = SecretSummary(name: "TOKEN_1", hosts: ["*.example.org"], placeholder: "AIU_SECRET__TOKEN_1__")
        #expect(try await rig.programs.secrets() == [summary])
        #expect(try await rig.programs.removeSecret("TOKEN_1"))
        #expect(try await !rig.programs.removeSecret("TOKEN_1"))
        #expect(rig.bytes("secrets/TOKEN_1").isEmpty)
    }

    @Test("under the host's key no secret can be read from the disk, nor with another key")
    func sealed() async throws {
        let seal = try SecretSeal(credential: [UInt8](repeating: 7, count: 32))
        let rig = try EgressRig(reports: [], seal: seal)
        let domain = try #require(DomainPattern(parsing: "api.example.org"))
        let secret = try #require(EgressSecret(name: "KEY", hosts: [domain], value: Array("hidden".utf8)))
        try await rig.programs.set(secret)
        let kept = rig.bytes("secrets/KEY")
        let needle = Array("hidden".utf8)
        #expect(!kept.isEmpty && !kept.indices.contains { kept[$0...].starts(with: needle) })
        #expect(try await EgressPrograms(rig.settings).secrets().map(\.name) == ["KEY"])
        var other = rig.settings
        other.seal = try SecretSeal(credential: [UInt8](repeating: 8, count: 32))
        #expect(throws: Failure.self) { try EgressPrograms(other) }
        other.seal = nil
        #expect(throws: Failure.self) { try EgressPrograms(other) }
        #expect(throws: Failure.self) { try SecretSeal(credential: [1, 2, 3]) }
    }
}
