import AIUModel
import AIUStore
import AIUSupervisor
import AIUSystem
import AIUWire
import Synchronization
import Testing

/// A world that outlives its supervisors: fakes, and a real database on disk.
final class CrashWorld: Sendable {
    /// Writes down the steps, and ends the supervisor after a certain one.
    private struct Trap {
        var steps: [Step] = []
        var fatal: Int?
    }

    let folder: String
    let hypervisor: FakeHypervisor
    let images = FakeImages()
    let archives = FakeArchives()
    let models = FakeModels()
    let links = FakeLinks(digest: CrashWorld.digest)
    private let trap = Mutex(Trap())

    init() throws {
        // Memory where there is some: the test is about order, not about the disk's speed.
        let parent = Files.exists("/dev/shm") ? "/dev/shm" : "/tmp"
        folder = "\(parent)/aiu-crash-\(VMID.random())"
        try Files.makeFolder(folder)
        let links = links
        let images = images
        hypervisor = FakeHypervisor { id in
            links.say(.hello(id, World.hello(digest: Self.digest(images.disks.withLock { $0[id] ?? [] }))))
        }
        // As in a real guest, the document is in the disk's own file.
        links.onConfigured.withLock { $0 = { id, document in images.disks.withLock { $0[id] = document } } }
        let hypervisor = hypervisor
        links.whenOrdered { hypervisor.end($0, .shutdown) }
    }

    /// As long as the database wants it, and another one for every document.
    @Sendable private static func digest(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 64 - text.count) + text
    }

    /// Another supervisor on the same world; the former one, if any, was killed.
    func begin() async throws -> Supervisor {
        hypervisor.deafen()
        links.deafen()
        let store = try SQLiteStore(path: "\(folder)/aiu.db")
        let supervisor = Supervisor(
            Services(
                hypervisor: hypervisor, images: images, store: store, links: links, archives: archives,
                models: models, catalogue: store,
                policies: .fake(FakePolicyStore(), FakePolicyFile()),
                digest: Self.digest,
                clock: { 1000 }, sleep: { _ in throw CancellationError() }, residentBytes: { 1 }, examinations: [],
                send: { _, _ in }, closeSocket: { _ in },
                failPoint: { step throws(Failure) in try self.passed(step) }, log: { _ in }),
            identity: SupervisorIdentity(processID: 1, stateDirectory: "/state", hypervisor: "fake"),
            settings: SupervisorSettings(redialPatience: .milliseconds(20)),
            stopRequested: {})
        try await supervisor.recover()
        return supervisor
    }

    private func guestDigest(_ id: VMID) -> String { Self.digest(images.disks.withLock { $0[id] ?? [] }) }

    /// Agents dial the new supervisor by themselves. Then what was pending is settled one way or the other, and guest,
    /// row and history say the same.
    private func redial(_ place: String) async throws {
        for record in try store().allVMs() where record.phase == .running {
            links.say(.hello(record.id, World.hello(digest: guestDigest(record.id))))
        }
        for _ in 0..<500 {
            if try isSettled() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("a configuration is not settled, \(place)")
    }

    private func isSettled() throws -> Bool {
        let store = try store()
        return try store.allVMs().allSatisfy { record in
            let revisions = try store.revisions(of: record.id, limit: 100)
            guard !revisions.contains(where: { $0.state == .pending }) else { return false }
            let current = revisions.first { $0.revision == record.configurationRevision }
            guard current?.digest == record.configurationDigest, current?.state != .refused else { return false }
            return record.phase != .running
                || (guestDigest(record.id) == record.configurationDigest
                    && record.configurationOnDisk == record.configurationDigest)
        }
    }

    func store() throws -> SQLiteStore { try SQLiteStore(path: "\(folder)/aiu.db") }

    func arm(_ fatal: Int?) {
        trap.withLock { trap in
            trap.steps = []
            trap.fatal = fatal
        }
    }

    var steps: [Step] { trap.withLock { $0.steps } }

    private func passed(_ step: Step) throws(Failure) {
        let isFatal = trap.withLock { trap in
            trap.steps.append(step)
            return trap.fatal == trap.steps.count
        }
        if isFatal { throw Failure(.internalError, "the fail point after '\(step.rawValue)'") }
    }

    /// What must be true whenever a supervisor has put things right.
    func check(_ supervisor: Supervisor, strays: Set<VMID> = [], _ place: String) async throws {
        try await redial(place)
        let records = try store().allVMs()
        let resting: Set<VMPhase> = [.stopped, .running, .paused, .failed, .deleted]
        #expect(Set(records.map(\.phase)).isSubset(of: resting), "\(place)")
        let active = Set(records.filter(\.phase.isActive).map(\.id))
        #expect(hypervisor.state.withLock { $0.running } == active, "machines, \(place)")
        #expect(links.state.withLock { $0.open } == active, "back ends, \(place)")
        let paused = Set(records.filter { $0.phase == .paused }.map(\.id))
        #expect(hypervisor.state.withLock { $0.paused } == paused, "held machines, \(place)")
        let disks = Set(images.disks.withLock { $0.keys })
        #expect(disks.subtracting(strays) == Set(records.map(\.id)), "disks, \(place)")
        for record in records where !record.phase.isActive {
            let newest = try store().revisions(of: record.id, limit: 1).first
            #expect(newest?.state != .pending, "the revision of \(record.name), \(place)")
        }
        let names = records.filter { $0.phase != .deleted }.map(\.name)
        #expect(Set(names).count == names.count, "names, \(place)")
        #expect(await supervisor.list().map(\.record.name) == names.sorted(), "the list, \(place)")
        let shown = await (supervisor.list() + supervisor.deletedVMs()).map(\.record)
        #expect(Set(shown.map(\.id)) == Set(records.map(\.id)), "\(place)")
        let digests = Set(try store().models().map(\.digest))
        #expect(models.state.withLock { $0.placed } == digests, "models, \(place)")
        #expect(models.state.withLock { $0.pending.isEmpty }, "undecided models, \(place)")
        #expect(try Set(store().modelRoles().values).isSubset(of: store().models().map(\.name)), "roles, \(place)")
        for record in shown { #expect(records.contains(record), "the row of \(record.name), \(place)") }
    }

    func remove() {
        try? Files.removeTree(folder)  // a leftover in memory harms nobody
    }
}
