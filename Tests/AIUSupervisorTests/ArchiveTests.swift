import AIUArchive
import AIUModel
import AIUSupervisor
import AIUSystem
import AIUWire
import Glibc
import Synchronization
import Testing

@Suite("VMs as single files")
struct ArchiveTests {
    private let name: VMName

    init() throws { name = try #require(VMName("x")) }

    private func world(_ archives: any Archives, start: Bool = false) async throws -> World {
        let world = World(archives: archives)
        try await world.supervisor.recover()
        _ = try await world.supervisor.create(CreateVM(name: name.text, start: start))
        return world
    }

    private func phase(_ world: World) async throws -> VMPhase {
        try await world.supervisor.inspect(name).record.phase
    }

    private func kinds(_ world: World) -> [VMEvent.Kind] { world.store.state.withLock { $0.events.map(\.kind) } }

    // MARK: Export

    @Test("a stopped VM is neither started, deleted nor cloned while its disk is read", arguments: [false, true])
    func stopped(fails: Bool) async throws {
        let archives = FakeArchives()
        let world = try await world(archives)
        #expect(try await world.supervisor.beginExport(of: name, live: false) == 43)
        let export = try #require(archives.exports.withLock { $0.first })
        #expect(export.vm.name == "x" && export.vm.image == FakeImages.base.digest && export.vm.flavour == "micro")
        let start = await #expect(throws: Failure.self) {
            try await world.supervisor.start(name, within: .seconds(1))
        }
        #expect(start?.reason == .busy)
        let delete = await #expect(throws: Failure.self) { try await world.supervisor.delete(name, DeleteVM()) }
        #expect(delete?.reason == .busy)
        export.finish(fails ? Failure(.unavailable, "the client went away") : nil)
        #expect(
            await world.until {
                do { return try await world.supervisor.start(name, within: .seconds(1)).record.phase == .running } catch
                {
                    return false
                }
            })
        #expect(kinds(world).contains(.exported) == !fails)
    }

    @Test(
        "a running VM is refused unless live; then it is held, and let go however the export ends",
        arguments: [0, 1, 2])
    func running(outcome: Int) async throws {
        let archives = FakeArchives()
        let world = try await world(archives, start: true)
        let id = try await world.supervisor.inspect(name).record.id
        let refusal = await #expect(throws: Failure.self) {
            try await world.supervisor.beginExport(of: name, live: false)
        }
        #expect(refusal?.reason == .conflict && refusal?.message.contains("--live") == true)
        if outcome == 2 {
            archives.refusal.withLock { $0 = Failure(.busy, "too many") }
            await #expect(throws: Failure.self) { try await world.supervisor.beginExport(of: name, live: true) }
        } else {
            _ = try await world.supervisor.beginExport(of: name, live: true)
            #expect(world.hypervisor.state.withLock { $0.paused } == [id])
            archives.exports.withLock { $0[0] }.finish(outcome == 0 ? nil : Failure(.unavailable, "gone"))
        }
        #expect(await world.until { world.hypervisor.state.withLock { $0.paused.isEmpty } })
        #expect(try await phase(world) == .running)
    }

    @Test("whoever hears that an export is done may ask for the VM's disk at once", arguments: [false, true])
    func free(start: Bool) async throws {
        let archives = FakeArchives()
        let world = try await world(archives, start: start)
        _ = try await world.supervisor.beginExport(of: name, live: start)
        let export = archives.exports.withLock { $0[0] }
        let (news, heard) = AsyncStream.makeStream(of: Void.self)
        export.whenDismissed.withLock { $0 = { heard.yield() } }
        export.finish(nil)
        for await _ in news { break }
        #expect(kinds(world).contains(.exported))
        _ = try await world.supervisor.clone(name, CloneVM(name: "copy", live: start))
    }

    @Test("a supervisor that ends cancels what is on its way, so that no VM stays held")
    func finish() async throws {
        let world = try await world(FakeArchives(), start: true)
        _ = try await world.supervisor.beginExport(of: name, live: true)
        await world.supervisor.finish()
        #expect(world.hypervisor.state.withLock { $0.paused.isEmpty })
    }

    // MARK: Import

    private func settled(_ archives: FakeArchives, _ world: World) async throws -> FakeArchives.Answer {
        #expect(await world.until { archives.answers.withLock { !$0.isEmpty } })
        return try #require(archives.answers.withLock { $0.first })
    }

    @Test("an import is a new, stopped VM with what the archive says, checked", arguments: [nil, "mine"])
    func imports(wanted: String?) async throws {
        let archives = FakeArchives()
        let world = try await world(archives)
        #expect(try await world.supervisor.beginImport(as: wanted.flatMap { VMName($0) }, for: nil) == 44)
        guard case .accepted(let answer) = try await settled(archives, world) else {
            Issue.record("it was refused")
            return
        }
        let brought = try #require(VMName(wanted ?? "brought"))
        let record = try await world.supervisor.inspect(brought).record
        #expect(record.phase == .stopped && record.labels.values == ["team": "docs"] && !record.ephemeral)
        #expect(
            record.configuration.contains("\"internet\"")
                && record.configurationOnDisk == FakeArchives.vm.configurationOnDisk)
        #expect(String(decoding: answer, as: UTF8.self).contains("\"\(record.id.text)\""))
        #expect(world.images.disks.withLock { $0[record.id] } != nil)
        #expect(kinds(world).last == .imported)
    }

    /// What a client sends, and why it is refused.
    private static let refused: [(@Sendable (FakeArchives) -> Void, Failure.Reason, String)] = [
        ({ $0.contents.withLock { $0 = .failure(Failure(.damaged, "cut")) } }, .damaged, "cut"),
        ({ $0.fillFailure.withLock { $0 = Failure(.damaged, "the checksum is wrong") } }, .damaged, "checksum"),
        ({ $0.contents.withLock { $0 = changed { $0.name = "../x" } } }, .invalid, "not a VM name"),
        ({ $0.contents.withLock { $0 = changed { $0.name = "x" } } }, .conflict, "there is a VM 'x'"),
        ({ $0.contents.withLock { $0 = changed { $0.configuration = "{\"internet\": 7}" } } }, .invalid, "internet"),
        ({ $0.contents.withLock { $0 = changed { $0.flavour = "/etc" } } }, .invalid, "flavour"),
        ({ $0.contents.withLock { $0 = changed { $0.flavour = "full" } } }, .unavailable, "full"),
        ({ $0.contents.withLock { $0 = changed { $0.labels = ["a b": ""] } } }, .invalid, "label"),
        ({ $0.contents.withLock { $0 = changed { $0.size = .gibibytes(5) } } }, .invalid, "allows"),
    ]

    private static func changed(_ change: (inout ArchivedVM) -> Void) -> Result<ArchivedVM, Failure> {
        var vm = FakeArchives.vm
        change(&vm)
        return .success(vm)
    }

    @Test("whatever goes wrong, the client hears it and nothing stays", arguments: refused.indices)
    func refusals(index: Int) async throws {
        let (play, reason, says) = Self.refused[index]
        let archives = FakeArchives()
        let world = try await world(archives)
        play(archives)
        _ = try await world.supervisor.beginImport(as: nil, for: nil)
        guard case .refused(let failure) = try await settled(archives, world) else {
            Issue.record("it was accepted")
            return
        }
        #expect(failure.reason == reason && failure.message.contains(says), "\(failure.message)")
        #expect(await world.supervisor.list().map(\.record.name) == [name])
        #expect(world.images.disks.withLock { $0.count } == 1)
        #expect(world.store.state.withLock { $0.records.count } == 1)
    }

    @Test("a name that is taken is refused before anything is sent")
    func taken() async throws {
        let world = try await world(FakeArchives())
        let failure = await #expect(throws: Failure.self) { try await world.supervisor.beginImport(as: name, for: nil) }
        #expect(failure?.reason == .conflict)
    }

    @Test(
        "what an archive says of its disk's document is taken only when it is a digest", arguments: ["", "d", "../x"])
    func strangeDigest(text: String) async throws {
        let archives = FakeArchives()
        let world = try await world(archives)
        archives.contents.withLock { $0 = Self.changed { $0.configurationOnDisk = text } }
        _ = try await world.supervisor.beginImport(as: nil, for: nil)
        _ = try await settled(archives, world)
        let record = try await world.supervisor.inspect(try #require(VMName("brought"))).record
        #expect(record.configurationOnDisk == String(repeating: "0", count: 64))
    }

    @Test("without its image a VM gets the newest of its flavour, and that is noted")
    func otherImage() async throws {
        let archives = FakeArchives()
        let world = try await world(archives)
        archives.contents.withLock { $0 = Self.changed { $0.image = "ffffffffffffffff" } }
        _ = try await world.supervisor.beginImport(as: nil, for: nil)
        _ = try await settled(archives, world)
        let event = try #require(world.store.state.withLock { $0.events.last })
        #expect(event.kind == .imported && event.detail?.contains(FakeImages.base.digest) == true)
    }

    @Test("with real archives: out of one world and into another")
    func realArchives() async throws {
        let root = "/tmp/aiu-archives-\(VMID.random())"
        defer { try? Files.removeTree(root) }  // a leftover in /tmp harms nobody
        let world = try await world(ArchiveService())
        world.images.root.withLock { $0 = root }
        let id = try await world.supervisor.inspect(name).record.id
        let path = world.images.stateDiskPath(of: id)
        try Files.makeFolder(world.images.folder(of: id))
        let disk = try FileDescriptor.open(path, O_RDWR | O_CREAT)
        try disk.truncate(to: 4 << 30)
        let content = [UInt8](repeating: 7, count: 300_000)
        #expect(unsafe pwrite(disk.raw, content, content.count, 1 << 30) == content.count)

        let out = FileDescriptor(owning: try await world.supervisor.beginExport(of: name, live: false))
        let bytes = try await Task.detached { try out.readToEnd(limit: 10 << 20) }.value
        let into = FileDescriptor(owning: try await world.supervisor.beginImport(as: VMName("copy"), for: nil))
        // The frames of an export, its `done` included, are what an import takes.
        let answer = try await Task.detached {
            try into.writeAll(bytes)
            return try into.readToEnd(limit: 1 << 20)
        }.value
        var decoder = FrameDecoder()
        decoder.feed(answer)
        #expect(try decoder.next()?.kind == .done)
        let copy = try await world.supervisor.inspect(try #require(VMName("copy"))).record
        #expect(copy.phase == .stopped && copy.id != id)
        let other = try FileDescriptor.open(world.images.stateDiskPath(of: copy.id), O_RDONLY)
        #expect(try other.metadata().st_size == 4 << 30 && other.metadata().st_blocks * 512 < 1 << 20)
        lseek(other.raw, 1 << 30, SEEK_SET)
        #expect(try other.readAll(count: content.count) == content)
        #expect(await world.until { kinds(world).contains(.exported) })

        // Cut in its middle: nothing of it stays.
        let cut = FileDescriptor(owning: try await world.supervisor.beginImport(as: VMName("cut"), for: nil))
        try cut.writeAll(Array(bytes.prefix(200_000)))
        _ = consume cut
        #expect(
            await world.until {
                await world.supervisor.list().count == 2 && world.images.disks.withLock { $0.count } == 2
            })
    }
}
