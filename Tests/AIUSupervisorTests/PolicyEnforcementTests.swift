import AIUModel
import AIUSupervisor
import Synchronization
import Testing

@Suite("what the policy lets VMs have")
struct PolicyEnforcementTests {
    private let world = World()

    private func create(_ name: String, owner: UInt32 = 1, project: String? = nil) async throws -> VMView {
        try await world.supervisor.create(
            CreateVM(
                name: name, project: project, owner: VMOwner(PolicySubject(user: owner), isAdministrator: false)))
    }

    private func start(_ name: String) async throws -> VMView {
        let name = try #require(VMName(name))
        return try await world.supervisor.start(name, within: .seconds(5))
    }

    private func apply(_ text: String) async throws {
        _ = try await world.supervisor.apply(ApplyPolicy(document: text), by: "test")
    }

    private func refusal(_ body: () async throws -> Void) async -> Failure? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Failure
        }
    }

    @Test("a new VM counts for its owner and their project")
    func owners() async throws {
        try await apply(#"{"projects": {"lab": {"members": ["@staff"]}, "other": {}}}"#)
        let own = try await create("own")
        #expect(own.record.owner == 1)
        #expect(own.record.project == "lab")
        let named = VMOwner(PolicySubject(user: 1, name: "anna"), isAdministrator: true)
        #expect(
            try await world.supervisor.create(CreateVM(name: "named", owner: named)).record.project == "lab")
        #expect(try await create("foreign", owner: 2).record.project == nil)
        #expect(await refusal { _ = try await create("x", project: "lba") }?.message.contains("'lab'") == true)
        #expect(await refusal { _ = try await create("x", project: "other") }?.reason == .denied)
        let copy = try await world.supervisor.clone(
            own.record.name,
            CloneVM(name: "copy", owner: VMOwner(PolicySubject(user: 2), isAdministrator: false)))
        #expect(copy.record.owner == 2)
        #expect(copy.record.project == "lab")
    }

    @Test("a copy stays in its origin's project, whoever makes it; only an administrator takes it elsewhere")
    func copies() async throws {
        try await apply(#"{"projects": {"lab": {"members": ["anna"]}, "play": {"members": ["@staff", "2"]}}}"#)
        let origin = try await create("origin", project: "lab").record.name
        func clone(_ name: String, _ owner: UInt32, _ project: String?, isAdministrator: Bool = false) async throws
            -> String?
        {
            let owner = VMOwner(PolicySubject(user: owner), isAdministrator: isAdministrator)
            let wish = CloneVM(name: name, project: project, owner: owner)
            return try await world.supervisor.clone(origin, wish).record.project
        }
        #expect(try await clone("a", 1, nil) == "lab")
        #expect(try await clone("b", 2, nil) == "lab")
        #expect(try await clone("c", 1, "lab") == "lab")
        // A member of both, who would choose the one that allows more.
        #expect(await refusal { _ = try await clone("d", 1, "play") }?.reason == .denied)
        #expect(try await clone("e", 1, "play", isAdministrator: true) == "play")
        // Deleted and there again, under its name or another.
        let copy = try #require(VMName("b"))
        try await world.supervisor.delete(copy, DeleteVM())
        let reference = try #require(VMReference("b"))
        let back = try await world.supervisor.recover(reference, as: VMName("again"))
        #expect(back.record.project == "lab" && back.record.owner == 2)
    }

    @Test("neither a copy nor a VM that is there again leaves the rules for its name by another name")
    func copiedRules() async throws {
        let sealed = try await create("sealed").record.name
        try await apply(#"{"vms": {"sealed": {"network": {"mode": "isolated"}}}}"#)
        for name in ["copy", nil] as [String?] {
            #expect(
                await refusal { _ = try await world.supervisor.clone(sealed, CloneVM(name: name)) }?.reason == .denied)
        }
        let same = #"{"network": {"mode": "isolated"}}"#
        try await apply(#"{"vms": {"sealed": \#(same), "copy": \#(same), "wide": {"network": {"mode": "open"}}}}"#)
        #expect(
            await refusal { _ = try await world.supervisor.clone(sealed, CloneVM(name: "wide")) }?.reason == .denied)
        let copy = try await world.supervisor.clone(sealed, CloneVM(name: "copy")).record.name
        try await world.supervisor.delete(copy, DeleteVM())
        let reference = try #require(VMReference("copy"))
        let other = VMName("other")
        #expect(await refusal { _ = try await world.supervisor.recover(reference, as: other) }?.reason == .denied)
        #expect(try await world.supervisor.recover(reference, as: nil).record.name == copy)
    }

    @Test(
        "an import belongs to the project that its archive names, and keeps to the rules for its name",
        arguments: [
            (nil as String?, nil as String?, UInt32(1), "lab" as String?), ("lab", nil, 1, "lab"),
            ("play", nil, 1, "play"),
            ("elsewhere", nil, 1, "lab"), ("play", nil, 2, nil), ("lab", "other", 1, nil), (nil, "other", 1, nil),
        ])
    func imports(project: String?, name: String?, user: UInt32, expected: String?) async throws {
        let rules = #""vms": {"brought": {"network": {"mode": "isolated"}}}"#
        try await apply(
            #"{"projects": {"lab": {"members": ["anna"]}, "play": {"members": ["anna"]}}, \#(rules)}"#)
        var archived = FakeArchives.vm
        archived.project = project
        world.archives.contents.withLock { $0 = .success(archived) }
        let owner = VMOwner(PolicySubject(user: user), isAdministrator: false)
        _ = try await world.supervisor.beginImport(as: name.flatMap { VMName($0) }, for: owner)
        #expect(await world.until { world.archives.answers.withLock { !$0.isEmpty } })
        let made = await world.supervisor.list().first?.record
        #expect(made?.project == expected)
        if expected == nil {
            guard case .refused(let failure)? = world.archives.answers.withLock({ $0.first }) else {
                Issue.record("it was not refused")
                return
            }
            #expect(failure.reason == .denied && made == nil)
        }
    }

    @Test("a VM does not leave the rules for its name by another name")
    func renamed() async throws {
        let (sealed, free) = (try await create("sealed").record.name, try await create("free").record.name)
        try await apply(#"{"vms": {"sealed": {"network": {"mode": "isolated"}}}}"#)
        let other = try #require(VMName("other"))
        #expect(await refusal { _ = try await world.supervisor.rename(sealed, to: other) }?.reason == .denied)
        _ = try await world.supervisor.rename(free, to: other)
        #expect(await world.supervisor.list().map(\.record.name.text) == ["other", "sealed"])
    }

    @Test("no more VMs than a scope may have, by whatever way")
    func numbers() async throws {
        try await apply(#"{"resources": {"vms": 2}, "users": {"anna": {"resources": {"vms": 1}}}}"#)
        let own = try await create("own").record.name
        #expect(await refusal { _ = try await create("second") }?.message.contains("user anna may have 1 VMs") == true)
        let anna = VMOwner(PolicySubject(user: 1), isAdministrator: false)
        let cloned = await refusal {
            _ = try await world.supervisor.clone(own, CloneVM(name: "copy", owner: anna))
        }
        #expect(cloned?.reason == .exhausted)
        try await world.supervisor.delete(own, DeleteVM())
        _ = try await create("second")
        let reference = try #require(VMReference("own"))
        #expect(
            await refusal { _ = try await world.supervisor.recover(reference, as: nil) }?.reason == .exhausted)
        _ = try await create("foreign", owner: 2)
        #expect(await refusal { _ = try await create("third", owner: 3) }?.message.contains("host may have 2") == true)
        #expect(await world.supervisor.list().map(\.record.name.text) == ["foreign", "second"])
    }

    @Test("no more running than a scope may have; what runs goes on, and what is refused stays stopped")
    func running() async throws {
        try await world.supervisor.recover()
        _ = try await create("one")
        _ = try await create("two")
        _ = try await start("one")
        try await apply(#"{"resources": {"cpu_cores": 1}}"#)
        let failure = await refusal { _ = try await start("two") }
        #expect(failure?.reason == .exhausted)
        #expect(failure?.message.contains("1 processors in running VMs, and would have 2") == true)
        let two = try #require(VMName("two"))
        #expect(try await world.supervisor.inspect(two).record.phase == .stopped)
        // It is the one that runs already.
        let one = try #require(VMName("one"))
        _ = try await world.supervisor.restart(one, StopVM(), within: .seconds(5))
        try await apply(#"{"resources": {"cpu_cores": 0}}"#)
        #expect(await refusal { _ = try await world.supervisor.restart(one, StopVM(), within: .seconds(5)) } != nil)
        #expect(try await world.supervisor.inspect(one).record.phase == .running)
    }

    @Test("a configuration that asks for more is refused, at the creation and later")
    func configurations() async throws {
        let name = try await create("box").record.name
        try await apply(
            #"{"network": {"mode": "isolated"}, "tools": {"deny": ["shell"]}, "resources": {"ram": "512MB"}}"#)
        for changes in [
            #"{"internet": true, "network_policy": "open"}"#, #"{"resources": {"ram": "1GB"}}"#,
        ] {
            for dryRun in [true, false] {
                let failure = await refusal {
                    _ = try await world.supervisor.apply(
                        ApplyConfiguration(changes: changes, dryRun: dryRun), to: name)
                }
                #expect(failure != nil)
            }
        }
        _ = try await world.supervisor.apply(ApplyConfiguration(changes: #"{"resources": {"ram": "300MB"}}"#), to: name)
        #expect(try await world.supervisor.configuration(of: name).revision == 2)
        let wide = CreateVM(name: "wide", configuration: #"{"internet": true, "network_policy": "open"}"#)
        #expect(await refusal { _ = try await world.supervisor.create(wide) }?.reason == .denied)
        let large = CreateVM(name: "large", memory: .gibibytes(1))
        #expect(await refusal { _ = try await world.supervisor.create(large) }?.reason == .exhausted)
    }
}
