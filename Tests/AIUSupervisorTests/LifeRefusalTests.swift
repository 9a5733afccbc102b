import AIUModel
import AIUSupervisor
import Synchronization
import Testing

/// Bad wishes: one sentence each, and nothing changed.
struct LifeRefusalTests {
    struct Wish: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: Failure.Reason
        /// A part of the sentence.
        let words: String
        let ask: @Sendable (Supervisor) async throws -> Void
    }

    private static func name(_ text: String) throws -> VMName { try #require(VMName(text)) }

    static let wishes: [Wish] = [
        Wish(testDescription: "rename to a taken name", reason: .conflict, words: "there is a VM 'up' already") {
            _ = try await $0.rename(try name("rest"), to: try name("up"))
        },
        Wish(testDescription: "rename what is not there", reason: .notFound, words: "did you mean 'guarded'?") {
            _ = try await $0.rename(try name("gaurded"), to: try name("y"))
        },
        Wish(testDescription: "delete a protected VM", reason: .conflict, words: "aiu unprotect guarded") {
            try await $0.delete(try name("guarded"), DeleteVM(force: true))
        },
        Wish(testDescription: "delete a protected VM for good", reason: .conflict, words: "it is protected") {
            try await $0.delete(try name("guarded"), DeleteVM(force: true, purge: true))
        },
        Wish(testDescription: "delete a running VM", reason: .conflict, words: "--force") {
            try await $0.delete(try name("up"), DeleteVM())
        },
        Wish(testDescription: "clone a running VM without consent", reason: .conflict, words: "--live") {
            _ = try await $0.clone(try name("up"), CloneVM(name: "y"))
        },
        Wish(testDescription: "clone to a taken name", reason: .conflict, words: "there is a VM 'up' already") {
            _ = try await $0.clone(try name("rest"), CloneVM(name: "up"))
        },
        Wish(testDescription: "clone to no name", reason: .invalid, words: "is not a VM name") {
            _ = try await $0.clone(try name("rest"), CloneVM(name: "../x"))
        },
        Wish(testDescription: "a misspelt preset", reason: .invalid, words: "did you mean 'balanced'?") {
            _ = try await $0.create(CreateVM(name: "y", preset: "balnced"))
        },
        Wish(testDescription: "a misspelt profile", reason: .invalid, words: "did you mean 'writers'?") {
            _ = try await $0.create(CreateVM(name: "y", preset: "writer"))
        },
        Wish(testDescription: "a profile of rubbish", reason: .invalid, words: "line 1") {
            _ = try await $0.setProfile(Profile(name: try #require(ProfileName("bad")), configuration: "{"))
        },
        Wish(testDescription: "a profile of unknown fields", reason: .invalid, words: "did you mean `internet`?") {
            _ = try await $0.setProfile(
                Profile(name: try #require(ProfileName("bad")), configuration: #"{"intrnet": true}"#))
        },
        Wish(testDescription: "delete a profile that is not there", reason: .notFound, words: "'writers'") {
            try await $0.deleteProfile(try #require(ProfileName("writerz")))
        },
        Wish(testDescription: "pause what does not run", reason: .conflict, words: "aiu start") {
            _ = try await $0.pause(try name("rest"))
        },
        Wish(testDescription: "resume what does not run", reason: .conflict, words: "not running") {
            _ = try await $0.resume(try name("rest"))
        },
        Wish(testDescription: "attach to what does not run", reason: .conflict, words: "aiu start rest") {
            _ = try await $0.attach(try name("rest"))
        },
        Wish(testDescription: "recover what was never deleted", reason: .notFound, words: "did you mean 'gone'?") {
            _ = try await $0.recover(try #require(VMReference("gonne")), as: nil)
        },
        Wish(testDescription: "recover under a taken name", reason: .conflict, words: "another name") {
            _ = try await $0.recover(try #require(VMReference("gone")), as: try name("up"))
        },
        Wish(testDescription: "purge what is not deleted", reason: .notFound, words: "no deleted VM 'rest'") {
            try await $0.purge(try #require(VMReference("rest")))
        },
        Wish(testDescription: "protect an ephemeral VM", reason: .conflict, words: "ephemeral") {
            _ = try await $0.update(try name("brief"), UpdateVM(protected: true))
        },
        Wish(testDescription: "a label of spaces", reason: .invalid, words: "is not a label") {
            _ = try await $0.update(try name("rest"), UpdateVM(labels: ["a b": ""]))
        },
        Wish(testDescription: "a label both set and removed", reason: .invalid, words: "both set and removed") {
            _ = try await $0.update(try name("rest"), UpdateVM(labels: ["a": ""], removedLabels: ["a"]))
        },
        Wish(testDescription: "a hundred labels", reason: .invalid, words: "at most 32") {
            let labels = Dictionary(uniqueKeysWithValues: (0..<100).map { ("k\($0)", "v") })
            _ = try await $0.create(CreateVM(name: "y", labels: labels))
        },
    ]

    @Test(arguments: wishes)
    func refused(wish: Wish) async throws {
        let world = World()
        let supervisor = world.supervisor
        try await supervisor.recover()
        _ = try await supervisor.create(CreateVM(name: "rest"))
        _ = try await supervisor.create(CreateVM(name: "up", start: true))
        _ = try await supervisor.create(CreateVM(name: "guarded", start: true))
        _ = try await supervisor.create(CreateVM(name: "brief", ephemeral: true, start: true))
        _ = try await supervisor.create(CreateVM(name: "gone"))
        _ = try await supervisor.update(try Self.name("guarded"), UpdateVM(protected: true))
        try await supervisor.delete(try Self.name("gone"), DeleteVM())
        _ = try await supervisor.setProfile(
            Profile(name: try #require(ProfileName("writers")), configuration: "{}"))
        let records = world.store.state.withLock { $0.records }
        let profiles = world.store.state.withLock { $0.profiles }
        let events = world.store.state.withLock { $0.events.count }
        let failure = await #expect(throws: Failure.self) { try await wish.ask(supervisor) }
        #expect(failure?.reason == wish.reason, "\(failure?.message ?? "")")
        #expect(failure?.message.contains(wish.words) == true, "\(failure?.message ?? "")")
        #expect(world.store.state.withLock { $0.records } == records)
        #expect(world.store.state.withLock { $0.profiles } == profiles)
        #expect(world.store.state.withLock { $0.events.count } == events)
        #expect(world.hypervisor.state.withLock { $0.running.count } == 3)
        #expect(world.hypervisor.state.withLock { $0.paused.isEmpty })
        #expect(world.images.disks.withLock { $0.count } == 5)
    }
}
