import AIUJSON
import AIUModel
import AIUSupervisor
import Synchronization
import Testing

@Suite("VMs with encrypted disks")
struct EncryptionTests {
    private let world = World()
    private let name: VMName

    init() async throws {
        name = try #require(VMName("x"))
        try await world.supervisor.recover()
    }

    private func launch() async throws -> VMView {
        try await world.supervisor.create(CreateVM(name: name.text, encrypt: true, start: true))
    }

    @Test("its key reaches the machine, its clone is encrypted too, and it says so")
    func life() async throws {
        let view = try await launch()
        #expect(view.record.encrypted)
        #expect(view.record.configuration.contains(#""encryption": true"#))
        #expect(world.hypervisor.state.withLock { $0.encrypted } == [true])
        let copy = try await world.supervisor.clone(name, CloneVM(name: "copy", live: true))
        #expect(copy.record.encrypted)
        let plain = try await world.supervisor.create(CreateVM(name: "plain", start: true))
        #expect(!plain.record.encrypted && plain.record.configuration.contains(#""encryption": false"#))
        #expect(world.hypervisor.state.withLock { $0.encrypted } == [true, false])
    }

    @Test("a configuration can ask for it, and cannot be changed to it or away from it")
    func configuration() async throws {
        let made = try await world.supervisor.create(
            CreateVM(name: name.text, configuration: #"{"resources": {"encryption": true}}"#))
        #expect(made.record.encrypted)
        let refused = await #expect(throws: Failure.self) {
            try await world.supervisor.apply(
                ApplyConfiguration(changes: #"{"resources": {"encryption": false}}"#), to: name)
        }
        #expect(refused?.message.contains("from the beginning or never") == true)
        // A whole document that says nothing of it leaves it.
        _ = try await world.supervisor.apply(ApplyConfiguration(document: #"{"location": "Bern"}"#), to: name)
        let after = try await world.supervisor.inspect(name).record
        #expect(after.encrypted && after.configuration.contains(#""encryption": true"#))
        #expect(after.configuration.contains("Bern"))
    }

    @Test("a key that cannot be had keeps it from starting, and it rests as before")
    func withoutKey() async throws {
        let view = try await launch()
        _ = try await world.supervisor.stop(name, StopVM())
        world.images.keyRefusal.withLock { $0 = Failure(.denied, "wrong credential") }
        let refused = await #expect(throws: Failure.self) {
            try await world.supervisor.start(name, within: .seconds(1))
        }
        #expect(refused?.message.contains("wrong credential") == true && refused?.reason == .denied)
        #expect(try await world.supervisor.inspect(name).record.phase == .stopped)
        world.images.keyRefusal.withLock { $0 = nil }
        world.images.encrypted.withLock { _ = $0.remove(view.record.id) }
        let gone = await #expect(throws: Failure.self) { try await world.supervisor.start(name, within: .seconds(1)) }
        #expect(gone?.message.contains("the key of its disk is gone") == true && gone?.reason == .damaged)
        #expect(world.hypervisor.state.withLock { $0.boots } == 1)
    }

    @Test("one that could not start again goes on running")
    func restart() async throws {
        _ = try await launch()
        world.images.keyRefusal.withLock { $0 = Failure(.unavailable, "no credential") }
        let refused = await #expect(throws: Failure.self) {
            try await world.supervisor.restart(name, StopVM(), within: .seconds(1))
        }
        #expect(refused?.message.contains("no credential") == true)
        #expect(try await world.supervisor.inspect(name).record.phase == .running)
    }

    @Test("no archive is made of it")
    func export() async throws {
        _ = try await launch()
        let refused = await #expect(throws: Failure.self) {
            try await world.supervisor.beginExport(of: name, live: true)
        }
        #expect(refused?.reason == .unsupported)
        #expect(refused?.message.contains("in the clear") == true)
    }

    @Test(
        "an archive, whose disk lies open, is no way around the policy nor a VM that it is not",
        arguments: [true, false])
    func imports(byPolicy: Bool) async throws {
        if byPolicy {
            _ = try await world.supervisor.apply(
                ApplyPolicy(document: #"{"resources": {"encryption": "required"}}"#), by: "test")
        } else {
            var vm = FakeArchives.vm
            vm.configuration = #"{"resources": {"encryption": true}}"#
            let contents = vm
            world.archives.contents.withLock { $0 = .success(contents) }
        }
        _ = try await world.supervisor.beginImport(as: nil, for: nil)
        let archives = world.archives
        #expect(await world.until { archives.answers.withLock { !$0.isEmpty } })
        guard case .refused(let failure) = archives.answers.withLock({ $0.first }) else {
            Issue.record("it was accepted")
            return
        }
        #expect(failure.reason == (byPolicy ? .denied : .unsupported), "\(failure.message)")
        #expect(await world.supervisor.list().isEmpty)
    }

    @Test("where the policy requires it, new VMs are encrypted unasked, and copies of others are refused")
    func policy() async throws {
        _ = try await world.supervisor.create(CreateVM(name: "plain"))
        _ = try await world.supervisor.apply(
            ApplyPolicy(document: #"{"resources": {"encryption": "required"}}"#), by: "test")
        #expect(try await world.supervisor.create(CreateVM(name: name.text)).record.encrypted)
        let plain = try #require(VMName("plain"))
        let refused = await #expect(throws: Failure.self) { try await world.supervisor.clone(plain, CloneVM()) }
        #expect(refused?.reason == .denied && refused?.message.contains("requires encrypted disks") == true)
        // What is there goes on.
        #expect(try await world.supervisor.start(plain, within: .seconds(5)).record.phase == .running)
        #expect(try await world.supervisor.clone(name, CloneVM()).record.encrypted)
    }
}
