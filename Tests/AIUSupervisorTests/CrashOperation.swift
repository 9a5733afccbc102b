import AIUModel
import AIUStore
import AIUSupervisor
import AIUWire
import Synchronization
import Testing

/// One thing that a supervisor does, and what there is before it.
struct CrashOperation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// VMs that it may take away.
    var mayGo: Set<String> = []
    /// Made by a supervisor that nothing ends.
    var before: @Sendable (CrashWorld, Supervisor) async throws -> Void = { _, _ in }
    var run: @Sendable (CrashWorld, Supervisor) async throws -> Void

    static let stray = "0000000000ff"

    static func name(_ text: String) throws -> VMName { try #require(VMName(text)) }
    static func reference(_ text: String) throws -> VMReference { try #require(VMReference(text)) }

    private static let stopped: @Sendable (CrashWorld, Supervisor) async throws -> Void = { _, supervisor in
        _ = try await supervisor.create(CreateVM(name: "x"))
    }
    private static let running: @Sendable (CrashWorld, Supervisor) async throws -> Void = { _, supervisor in
        _ = try await supervisor.create(CreateVM(name: "x", start: true))
    }
    private static let paused: @Sendable (CrashWorld, Supervisor) async throws -> Void = { _, supervisor in
        _ = try await supervisor.create(CreateVM(name: "x", start: true))
        _ = try await supervisor.pause(try name("x"))
    }
    private static let deleted: @Sendable (CrashWorld, Supervisor) async throws -> Void = { _, supervisor in
        _ = try await supervisor.create(CreateVM(name: "x"))
        try await supervisor.delete(try name("x"), DeleteVM())
    }
    private static let ephemeral: @Sendable (CrashWorld, Supervisor) async throws -> Void = { _, supervisor in
        _ = try await supervisor.create(CreateVM(name: "x", ephemeral: true, start: true))
    }
    private static let profile: @Sendable (CrashWorld, Supervisor) async throws -> Void = { _, supervisor in
        _ = try await supervisor.setProfile(
            Profile(name: try #require(ProfileName("quick")), configuration: #"{"timezone": "UTC"}"#))
    }
    /// Its document was changed while nobody could write its disk.
    private static let behind: @Sendable (CrashWorld, Supervisor) async throws -> Void = { world, supervisor in
        let made = try await supervisor.create(CreateVM(name: "x"))
        var record = made.record
        record.configurationOnDisk = String(repeating: "f", count: 64)
        try world.store().update(record)
    }
    private static let model: @Sendable (CrashWorld, Supervisor) async throws -> Void = { world, supervisor in
        try await add("kept", world, supervisor)
    }

    /// Waits until its client is told how it went.
    private static func add(_ name: String, _ world: CrashWorld, _ supervisor: Supervisor) async throws {
        world.archives.upload.withLock { $0 = Array("a".utf8) }
        let before = world.archives.answers.withLock { $0.count }
        _ = try await supervisor.beginAdding(AddModel(name: try modelName(name), role: .router))
        while world.archives.answers.withLock({ $0.count }) == before { try await Task.sleep(for: .milliseconds(1)) }
    }

    private static func modelName(_ text: String) throws -> ModelName { try #require(ModelName(text)) }

    /// Everything that a supervisor may find when it begins.
    private static let mess: @Sendable (CrashWorld, Supervisor) async throws -> Void = { world, supervisor in
        for name in ["up", "held", "copied", "dead"] {
            _ = try await supervisor.create(CreateVM(name: name, start: true))
        }
        _ = try await supervisor.create(CreateVM(name: "brief", ephemeral: true, start: true))
        _ = try await supervisor.create(CreateVM(name: "half", start: true))
        _ = try await supervisor.create(CreateVM(name: "leaving"))
        _ = try await supervisor.create(CreateVM(name: "rising"))
        let records = await supervisor.list().map(\.record)
        for var record in records {
            switch record.name.text {
            case "held": record.phase = .paused
            case "half": record.phase = .creating
            case "leaving": record.phase = .deleting
            case "rising": record.phase = .starting
            case "copied": world.hypervisor.state.withLock { _ = $0.paused.insert(record.id) }
            case "dead", "brief": world.hypervisor.state.withLock { _ = $0.running.remove(record.id) }
            default: break
            }
            try world.store().update(record)
        }
        let stray = try #require(VMID(stray))
        world.hypervisor.state.withLock { _ = $0.running.insert(stray) }
        world.links.state.withLock { _ = $0.open.insert(stray) }
    }

    static let all: [CrashOperation] = [
        CrashOperation(testDescription: "create") { _, supervisor in
            _ = try await supervisor.create(CreateVM(name: "new"))
        },
        CrashOperation(testDescription: "launch") { _, supervisor in
            _ = try await supervisor.create(CreateVM(name: "new", start: true))
        },
        CrashOperation(testDescription: "launch an ephemeral VM") { _, supervisor in
            _ = try await supervisor.create(CreateVM(name: "new", ephemeral: true, start: true))
        },
        CrashOperation(testDescription: "start", before: stopped) { _, supervisor in
            _ = try await supervisor.start(try name("x"), within: .seconds(5))
        },
        CrashOperation(testDescription: "start with a new configuration", before: behind) { world, _ in
            _ = try await world.begin().start(try name("x"), within: .seconds(5))
        },
        CrashOperation(testDescription: "stop", before: running) { _, supervisor in
            _ = try await supervisor.stop(try name("x"), StopVM())
        },
        CrashOperation(testDescription: "stop by force", before: running) { _, supervisor in
            _ = try await supervisor.stop(try name("x"), StopVM(force: true))
        },
        CrashOperation(testDescription: "stop a paused VM", before: paused) { _, supervisor in
            _ = try await supervisor.stop(try name("x"), StopVM())
        },
        CrashOperation(testDescription: "stop an ephemeral VM", mayGo: ["x"], before: ephemeral) { _, supervisor in
            _ = try await supervisor.stop(try name("x"), StopVM())
        },
        CrashOperation(testDescription: "restart", before: running) { _, supervisor in
            _ = try await supervisor.restart(try name("x"), StopVM(), within: .seconds(5))
        },
        CrashOperation(testDescription: "pause", before: running) { _, supervisor in
            _ = try await supervisor.pause(try name("x"))
        },
        CrashOperation(testDescription: "resume", before: paused) { _, supervisor in
            _ = try await supervisor.resume(try name("x"))
        },
        CrashOperation(testDescription: "delete", before: stopped) { _, supervisor in
            try await supervisor.delete(try name("x"), DeleteVM())
        },
        CrashOperation(testDescription: "delete by force", before: running) { _, supervisor in
            try await supervisor.delete(try name("x"), DeleteVM(force: true))
        },
        CrashOperation(testDescription: "delete for good", mayGo: ["x"], before: running) { _, supervisor in
            try await supervisor.delete(try name("x"), DeleteVM(force: true, purge: true))
        },
        CrashOperation(testDescription: "recover", before: deleted) { _, supervisor in
            _ = try await supervisor.recover(try reference("x"), as: try name("y"))
        },
        CrashOperation(testDescription: "purge", mayGo: ["x"], before: deleted) { _, supervisor in
            try await supervisor.purge(try reference("x"))
        },
        CrashOperation(testDescription: "rename", before: running) { _, supervisor in
            _ = try await supervisor.rename(try name("x"), to: try name("y"))
        },
        CrashOperation(testDescription: "clone", before: stopped) { _, supervisor in
            _ = try await supervisor.clone(try name("x"), CloneVM(name: "y"))
        },
        CrashOperation(testDescription: "clone a running VM", before: running) { _, supervisor in
            _ = try await supervisor.clone(try name("x"), CloneVM(name: "y", live: true))
        },
        CrashOperation(testDescription: "export a running VM", before: running) { world, supervisor in
            _ = try await supervisor.beginExport(of: try name("x"), live: true)
            world.archives.exports.withLock { $0.popLast() }?.finish(nil)
            await supervisor.finish()
        },
        CrashOperation(testDescription: "import") { _, supervisor in
            _ = try await supervisor.beginImport(as: try name("y"), for: nil)
            // It waits for what is on its way.
            await supervisor.finish()
        },
        CrashOperation(testDescription: "protect and label", before: running) { _, supervisor in
            _ = try await supervisor.update(try name("x"), UpdateVM(protected: true, labels: ["team": "docs"]))
        },
        CrashOperation(testDescription: "configure a running VM", before: running) { _, supervisor in
            _ = try await supervisor.apply(
                ApplyConfiguration(changes: #"{"timezone": "Asia/Tokyo"}"#), to: try name("x"))
        },
        CrashOperation(testDescription: "configure a stopped VM and start it", before: stopped) { _, supervisor in
            let x = try name("x")
            _ = try await supervisor.apply(ApplyConfiguration(changes: #"{"resources": {"storage": "8GB"}}"#), to: x)
            _ = try await supervisor.start(x, within: .seconds(5))
        },
        CrashOperation(testDescription: "configure what the guest refuses", before: running) { world, supervisor in
            world.links.state.withLock { $0.refusal = "not here" }
            defer { world.links.state.withLock { $0.refusal = nil } }
            _ = try? await supervisor.apply(  // refused, as it should be
                ApplyConfiguration(changes: #"{"timezone": "Asia/Tokyo"}"#), to: try name("x"))
        },
        CrashOperation(testDescription: "write a file", before: stopped) { _, supervisor in
            try await supervisor.writeFile("/etc/motd", [1], of: try name("x"))
        },
        CrashOperation(testDescription: "save a profile") { _, supervisor in
            _ = try await supervisor.setProfile(
                Profile(name: try #require(ProfileName("quick")), configuration: "{}"))
        },
        CrashOperation(testDescription: "delete a profile", before: profile) { _, supervisor in
            try await supervisor.deleteProfile(try #require(ProfileName("quick")))
        },
        CrashOperation(testDescription: "add a model") { world, supervisor in
            try await add("new", world, supervisor)
        },
        CrashOperation(testDescription: "give a model a second name", before: model) { world, supervisor in
            try await add("new", world, supervisor)
        },
        CrashOperation(testDescription: "remove a model", before: model) { _, supervisor in
            _ = try await supervisor.release(try modelName("kept"), from: .router)
            try await supervisor.remove(try modelName("kept"))
        },
        CrashOperation(testDescription: "prune", mayGo: ["x"], before: deleted) { world, supervisor in
            world.images.surplus.withLock { $0 = (["old-image"], ["old-stamp"]) }
            world.images.disks.withLock { $0[VMID(stray) ?? .random()] = [] }
            _ = try await supervisor.prune(
                PruneSystem(deleted: true, failed: true, images: true, stamps: true, strays: true))
        },
        CrashOperation(testDescription: "recovery", mayGo: ["half", "leaving", "brief"], before: mess) { world, _ in
            _ = try await world.begin()
        },
    ]
}
