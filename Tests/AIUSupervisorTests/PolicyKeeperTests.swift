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
        for text in ["{", #"{"toolz": {}}"#, #"{"format": 2}"#, #"{"models": {"allow": ["nosuchmodel"]}}"#] {
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
