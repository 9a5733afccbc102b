import AIUModel
import AIUSupervisor
import Synchronization
import Testing

@Suite("the keeper of the policy")
struct PolicyKeeperTests {
    private static let denial = #"{"tools": {"deny": ["shell"]}}"#

    private let world = World()

    private func apply(_ text: String, dryRun: Bool? = nil, expected: Int64? = nil) async throws -> PolicyOutcome {
        try await world.supervisor.apply(
            ApplyPolicy(document: text, expectedVersion: expected, dryRun: dryRun), by: "test")
    }

    @Test("an apply is a version, a file and what is in force; the same again is nothing")
    func versions() async throws {
        #expect(world.policies.version == 0)
        #expect(try await apply(Self.denial).version == 1)
        #expect(world.policies.effective(PolicySubject()).sections.tools?.allows(.shell) == false)
        #expect(world.policyFile.state.withLock { $0.text } == Self.denial)
        let again = try await apply(Self.denial)
        #expect(again.version == 1)
        #expect(again.changes.isEmpty)
        #expect(try await apply("{}").changes == [PolicyChange(field: "tools.deny", before: #"["shell"]"#, after: nil)])
        let back = try await world.supervisor.apply(ApplyPolicy(rollbackTo: 1), by: "test")
        #expect(back.version == 3)
        let history = try await world.supervisor.policyHistory(limit: 10)
        #expect(history.map(\.version) == [3, 2, 1])
        #expect(history.first?.note == "as in version 1")
        #expect(world.policies.effective(PolicySubject()).sections.tools?.allows(.shell) == false)
    }

    @Test("what is refused changes nothing")
    func refusals() async throws {
        _ = try await apply(Self.denial)
        world.policyStore.state.withLock { $0.versions[0].note = "kept" }
        for text in [
            "{", #"{"toolz": {}}"#, #"{"format": 2}"#, #"{"models": {"allow": ["nosuchmodel"]}}"#,
            #"{"tools": {"allow": ["csv"], "deny": ["csv"]}}"#, #"{"network": {"allow": [{"host": "no domain"}]}}"#,
            #"{"tokens": {"per_query": 5}, "vms": {"box": {"tokens": {"per_query": 6}}}}"#,
        ] {
            let failure = await #expect(throws: Failure.self) { try await apply(text) }
            #expect(failure?.reason == .invalid)
            #expect(failure?.message.contains("nothing is changed") == true)
        }
        await #expect(throws: Failure(.conflict, "")) {
            do throws(Failure) {
                _ = try await world.supervisor.apply(ApplyPolicy(document: "{}", expectedVersion: 7), by: "test")
            } catch {
                throw Failure(error.reason, "")
            }
        }
        world.policyFile.state.withLock { $0.refusal = Failure(.noSpace, "the disk is full") }
        await #expect(throws: Failure.self) { try await apply("{}") }
        world.policyFile.state.withLock { $0.refusal = nil }
        world.policyStore.state.withLock { $0.refusal = Failure(.noSpace, "the disk is full") }
        await #expect(throws: Failure.self) { try await apply("{}") }
        for request in [ApplyPolicy(), ApplyPolicy(document: "{}", rollbackTo: 1), ApplyPolicy(rollbackTo: 9)] {
            await #expect(throws: Failure.self) { try await world.supervisor.apply(request, by: "test") }
        }
        #expect(world.policies.version == 1)
        #expect(world.policyStore.state.withLock { $0.versions.map(\.version) } == [1])
        #expect(world.policies.effective(PolicySubject()).sections.tools?.allows(.shell) == false)
    }

    @Test("a dry run tells for every running VM what would change, and changes nothing")
    func dryRun() async throws {
        try await world.supervisor.recover()
        for name in ["box", "other", "asleep"] {
            _ = try await world.supervisor.create(
                CreateVM(name: name, owner: VMOwner(PolicySubject(user: 1), isAdministrator: true)))
        }
        for name in ["box", "other"].compactMap({ VMName($0) }) {
            _ = try await world.supervisor.start(name, within: .seconds(5))
        }
        let text = #"{"vms": {"box": {"tools": {"deny": ["shell"]}}, "asleep": {"tools": {"deny": ["csv"]}}}}"#
        let outcome = try await apply(text, dryRun: true)
        #expect(outcome.dryRun)
        #expect(outcome.vms.map(\.vm.text) == ["box"])
        #expect(outcome.vms.first?.changes == [PolicyChange(field: "tools.deny", before: nil, after: #"["shell"]"#)])
        #expect(outcome.changes.count == 2)
        #expect(world.policies.version == 0)
        let users = try await apply(#"{"users": {"anna": {"confirmations": ["csv"]}}}"#, dryRun: true)
        #expect(users.vms.map(\.vm.text) == ["box", "other"])
    }

    @Test("the file is taken when somebody says so, and a wrong one stays out")
    func reload() async throws {
        _ = try await apply(Self.denial)
        world.policyFile.state.withLock { $0.text = #"{"tools": {"deny": ["csv"]}}"# }
        let stream = world.policies.changes()
        let reload = ApplyPolicy(reload: true)
        #expect(try await world.supervisor.apply(reload, by: "test").version == 2)
        for await version in stream {
            #expect(version == 2)
            break
        }
        world.policyFile.state.withLock { $0.text = #"{"tools": {"deny": ["nothing"]}}"# }
        await #expect(throws: Failure.self) { try await world.supervisor.apply(reload, by: "test") }
        #expect(world.policies.effective(PolicySubject()).sections.tools?.deny == [.csv])
        #expect(try await world.supervisor.policy().problem?.contains("there is no tool") == true)
        #expect(world.policies.examine().verdict == .bad)
        #expect(try await world.supervisor.apply(ApplyPolicy(rollbackTo: 2), by: "test").version == 2)
        #expect(world.policies.examine().verdict == .good)
    }

    @Test("a start takes over what was left, whatever was cut off")
    func starts() async throws {
        _ = try await apply(Self.denial)
        _ = try await apply("{}")
        func restarted(file text: String?, written: Bool) throws -> (PolicyKeeper, [String]) {
            world.policyFile.state.withLock { $0.text = text }
            world.policyStore.state.withLock { state in
                state.versions.removeAll { $0.version > 2 }
                state.written = written ? [1, 2] : [1]
            }
            let keeper = PolicyKeeper.fake(world.policyStore, world.policyFile)
            return (keeper, try keeper.openUnrecorded())
        }
        // As it was left.
        var (keeper, told) = try restarted(file: "{}", written: true)
        #expect(keeper.version == 2)
        #expect(told.isEmpty)
        // Cut off before the file was written, and after.
        (keeper, told) = try restarted(file: Self.denial, written: false)
        #expect(keeper.version == 2)
        #expect(world.policyFile.state.withLock { $0.text } == "{}")
        (keeper, told) = try restarted(file: "{}", written: false)
        #expect(keeper.version == 2)
        #expect(told.isEmpty)
        // Gone.
        (keeper, told) = try restarted(file: nil, written: true)
        #expect(world.policyFile.state.withLock { $0.text } == "{}")
        // Edited, rightly and wrongly.
        (keeper, told) = try restarted(file: #"{"confirmations": ["csv"]}"#, written: true)
        #expect(keeper.version == 3)
        #expect(told.first?.contains("version 3") == true)
        (keeper, told) = try restarted(file: "{ wrong", written: true)
        #expect(keeper.version == 2)
        #expect(told.first?.contains("is not in force, version 2 is") == true)
        #expect(keeper.examine().verdict == .bad)
    }

    @Test("nothing is open to somebody whose name and groups nobody knows, until somebody does")
    func strangers() async throws {
        let directory = Mutex(false)
        let time = Mutex(Duration.zero)
        let people = PolicyPeople(
            lookUp: { user in directory.withLock { $0 } ? .init(name: "user\(user)", groups: ["staff"]) : nil },
            steady: { time.withLock { $0 } })
        let world = World(people: people)
        try await world.supervisor.recover()
        let allowing =
            #"{"internet":true,"network_policy":"allowlist","network_options":{"whitelist_domains":["a.org"]}}"#
        let owner = VMOwner(PolicySubject(user: 7), isAdministrator: false)
        let view = try await world.supervisor.create(
            CreateVM(name: "box", configuration: allowing, owner: owner, start: true))
        let id = view.record.id
        #expect(world.egress.state.withLock { $0.reachable.contains(id) })
        // Until there are rules by name, nobody is looked up.
        #expect(world.policies.effective(PolicySubject(user: 7)).problem == nil)
        for text in [
            #"{"users": {"user7": {"tools": {"deny": ["csv"]}}}}"#, #"{"projects": {"lab": {"members": ["@staff"]}}}"#,
        ] {
            _ = try await world.supervisor.apply(ApplyPolicy(document: text), by: "test")
            let closed = world.policies.effective(PolicySubject(user: 7))
            #expect(closed.problem?.contains("7") == true)
            #expect(closed.sections.tools?.inForce == [] && closed.sections.tokens?.perQuery == 0)
            let failure = await #expect(throws: Failure.self) {
                try await world.supervisor.create(CreateVM(name: "new", owner: owner))
            }
            #expect(failure?.reason == .unavailable)
        }
        _ = try await world.supervisor.apply(
            ApplyPolicy(document: #"{"users": {"user7": {"tools": {"deny": ["csv"]}}}}"#), by: "test")
        // What it reaches, it may not reach until it is known whose it is.
        #expect(await world.until { world.egress.state.withLock { $0.ended.contains(id) } })
        #expect(world.policies.examine().verdict == .warning && world.policies.examine().detail.contains("7"))
        // Somebody who is named by number is known.
        #expect(world.policies.effective(PolicySubject(user: 8)).problem != nil)
        directory.withLock { $0 = true }
        time.withLock { $0 = .seconds(10) }
        world.looks.yield()
        #expect(await world.until { world.egress.state.withLock { $0.reachable.contains(id) } })
        let open = world.policies.effective(PolicySubject(user: 7))
        #expect(open.problem == nil && open.sections.tools?.allows(.csv) == false)
        #expect(open.sections.tools?.allows(.shell) == true)
        // What was known goes on when the directory goes away again.
        directory.withLock { $0 = false }
        time.withLock { $0 = .seconds(100) }
        #expect(world.policies.effective(PolicySubject(user: 7)).problem == nil)
        _ = try await world.supervisor.apply(
            ApplyPolicy(document: #"{"users": {"user7": {}, "9": {}}}"#), by: "test")
        #expect(world.policies.effective(PolicySubject(user: 9)).problem == nil)
        #expect(world.policies.effective(PolicySubject(user: 10)).problem != nil)
    }

    @Test("without any version before, a wrong file keeps the supervisor from starting")
    func firstFile() throws {
        let (store, file) = (FakePolicyStore(), FakePolicyFile())
        file.state.withLock { $0.text = "{ wrong" }
        #expect(throws: Failure.self) { try PolicyKeeper.fake(store, file).openUnrecorded() }
        file.state.withLock { $0.text = Self.denial }
        let keeper = PolicyKeeper.fake(store, file)
        #expect(try keeper.openUnrecorded().count == 1)
        #expect(keeper.version == 1)
    }
}
