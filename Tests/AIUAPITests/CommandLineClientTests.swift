import AIUAPI
import AIUClient
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

/// The command line's own client against the real server.
struct CommandLineClientTests {
    @Test("every call of the command line is understood, and its answer too")
    func calls() async throws {
        try await Self.serving { place, control in
            await control.set { _, socket in try socket.writeAll(Frame(.started).encoded) }
            await control.emit(.started)
            try await blocking { try Self.askEverything(AIUClient.Client(place: place)) }
        }
    }

    private static func askEverything(_ client: AIUClient.Client) throws {
        let demo = try #require(VMName("demo"))
        let created: VMView = try client.value(try Calls.create(CreateVM(name: "demo", memory: .gibibytes(1))))
        #expect(created.record.name == demo)
        #expect(try client.value(Calls.list, as: [VMView].self).count == 1)
        #expect(try client.value(Calls.inspect(demo), as: VMView.self) == created)
        #expect(
            try client.value(try Calls.start(demo, timeoutMilliseconds: 5000), as: VMView.self).record.phase == .running
        )
        #expect(try client.value(Calls.ping(demo), as: PingResult.self).milliseconds == 0.13)
        _ = try client.value(try Calls.restart(demo, RestartVM(force: true)), as: VMView.self)
        _ = try client.bytes(Calls.writeFile("/etc/a b", [1, 2, 255], of: demo))
        #expect(try client.bytes(Calls.readFile("/etc/a b", of: demo)) == [1, 2, 255])
        #expect(try client.bytes(Calls.logs(of: demo, source: .console, tail: 5, follow: false)) == [])
        #expect(try client.value(Calls.events(after: 0, follow: false), as: [VMEvent].self).count == 1)
        let stream = try client.open(Calls.events(after: 0, follow: true))
        #expect(try stream.nextPart()?.isEmpty == false)
        _ = try client.value(Calls.status, as: SystemStatus.self)
        _ = try client.value(Calls.usage, as: DiskUsage.self)
        #expect(try client.value(Calls.health, as: [HealthCheck].self).count == 2)
        #expect(try client.value(Calls.version, as: VersionAnswer.self) == VersionAnswer())
        let operation = try client.open(Calls.operations(of: demo, purpose: "running true"))
        let (raw, rest) = try operation.takeUpgraded()
        let socket = FileDescriptor(owning: raw)
        try socket.setNonBlocking(false)
        #expect(rest.isEmpty)
        try socket.writeAll(try OperationStream.frame(for: .execute(ExecuteRequest(command: ["true"]))).encoded)
        #expect(try socket.readAll(count: 5) == Frame(.started).encoded)
        try Self.askForTheWholeLife(client, demo)
        try Self.askForModels(client)
        _ = try client.value(try Calls.stop(demo, StopVM(force: true, timeoutMilliseconds: 1)), as: VMView.self)
        _ = try client.bytes(Calls.delete(demo, force: true))
        #expect(throws: ClientError.self) { try client.bytes(Calls.inspect(demo)) }
        _ = try client.bytes(Calls.shutDown)
    }

    private static func askForModels(_ client: AIUClient.Client) throws {
        let name = try #require(ModelName("small-1.5_q4"))
        for (bytes, isGood) in [(FakeControl.archive, true), ([1, 2], false)] {
            let order = AddModel(
                name: isGood ? name : try #require(ModelName("other")), role: .creative,
                size: ByteCount(bytes: UInt64(bytes.count)))
            let request = Calls.addModel(order)
            var upload = ArchiveSession(
                try client.frames(request), idleLimit: .seconds(10), signals: nil, purpose: request.purpose)
            var rest = bytes[...]
            let send = { () -> [UInt8] in
                defer { rest = rest.dropFirst(50_000) }
                return Array(rest.prefix(50_000))
            }
            if isGood {
                let view: ModelView = try upload.send(send)
                #expect(view.record.name == name && view.roles == [.creative])
            } else {
                do {
                    let _: ModelView = try upload.send(send)
                    Issue.record("what is no model was taken")
                } catch {
                    #expect("\(error)" == "it is not a GGUF file")
                }
            }
        }
        #expect(throws: ClientError.self) { try client.frames(Calls.addModel(AddModel(name: name))).socket.raw }
        #expect(try client.value(Calls.models, as: [ModelView].self).contains { $0.record.name == name })
        #expect(try client.value(Calls.verifyModel(name), as: ModelView.self).record.name == name)
        #expect(try client.value(Calls.useModel(name, for: .router), as: ModelView.self).roles == [.creative, .router])
        #expect(throws: ClientError.self) { try client.bytes(Calls.removeModel(name)) }
        for role in [ModelRole.creative, .router] {
            _ = try client.value(Calls.releaseModel(name, from: role), as: ModelView.self)
        }
        let estimate: ModelEstimate = try client.value(
            Calls.estimate(name, contextLength: 100, memory: .mebibytes(1)))
        #expect(estimate.contextLength == 100 && estimate.problem != nil)
        _ = try client.bytes(Calls.removeModel(name))
        #expect(throws: ClientError.self) { try client.bytes(Calls.model(name)) }
    }

    private static func askForTheWholeLife(_ client: AIUClient.Client, _ demo: VMName) throws {
        let selector = try LabelSelector(parsing: "a=b")
        _ = try client.value(
            try Calls.update(demo, UpdateVM(protected: false, labels: ["a": "b"], removedLabels: ["c"])),
            as: VMView.self)
        #expect(try client.value(Calls.list(selector: selector), as: [VMView].self).count == 1)
        #expect(try client.value(Calls.pause(demo), as: VMView.self).record.phase == .paused)
        #expect(try client.value(Calls.resume(demo), as: VMView.self).record.phase == .running)
        let copy = try #require(VMName("copy"))
        let reference = try #require(VMReference("copy"))
        _ = try client.value(try Calls.clone(demo, CloneVM(name: "once", live: true)), as: VMView.self)
        _ = try client.value(try Calls.rename(try #require(VMName("once")), to: copy), as: VMView.self)
        _ = try client.bytes(Calls.delete(copy, force: false))
        #expect(try client.value(Calls.deleted, as: [VMView].self).count == 1)
        _ = try client.value(try Calls.recover(reference, as: nil), as: VMView.self)
        _ = try client.bytes(Calls.delete(copy, force: false))
        #expect(
            try client.value(try Calls.prune(PruneSystem(deleted: true, dryRun: true)), as: PruneReport.self).items
                .count == 1)
        _ = try client.bytes(Calls.purge(reference))
        let profile = Profile(name: try #require(ProfileName("big")), configuration: "{}")
        _ = try client.value(try Calls.setProfile(profile), as: Profile.self)
        #expect(try client.value(Calls.profile(profile.name), as: Profile.self) == profile)
        #expect(try client.value(Calls.profiles, as: [Profile].self) == [profile])
        _ = try client.bytes(Calls.deleteProfile(profile.name))
        _ = try client.value(Calls.configuration(of: demo), as: ConfigurationView.self)
        let outcome: ConfigurationOutcome = try client.value(
            try Calls.apply(ApplyConfiguration(changes: "{}", timeoutMilliseconds: 1000), to: demo))
        #expect(outcome.confirmed)
        #expect(
            try client.value(Calls.configurationHistory(of: demo, limit: 3), as: [ConfigurationRevision].self).count
                == 1)
        try Self.moveArchives(client, demo)
    }

    private static func moveArchives(_ client: AIUClient.Client, _ demo: VMName) throws {
        func session(_ request: AIUClient.Request) throws -> ArchiveSession {
            ArchiveSession(
                try client.frames(request), idleLimit: .seconds(5), signals: nil, purpose: request.purpose)
        }
        var archive: [UInt8] = []
        var export = try session(Calls.export(demo, live: true))
        try export.receive { archive += $0 }
        #expect(archive == FakeControl.archive)
        var parts = stride(from: 0, to: archive.count, by: 50_000).map {
            Array(archive[$0..<min($0 + 50_000, archive.count)])
        }
        let damaged = [[0, 0, 0]] + parts
        var importing = try session(Calls.importVM(as: VMName("again")))
        let imported: VMView = try importing.send { parts.isEmpty ? [] : parts.removeFirst() }
        #expect(imported.record.name.text == "again")
        var rest = damaged
        var refused = try session(Calls.importVM(as: nil))
        do {
            let _: VMView = try refused.send { rest.isEmpty ? [] : rest.removeFirst() }
            Issue.record("a damaged archive was taken")
        } catch {
            #expect("\(error)".contains("at byte 7"))
        }
        let (console, first) = try client.open(Calls.attach(to: demo)).takeUpgraded()
        let socket = FileDescriptor(owning: console)
        try socket.setNonBlocking(false)
        #expect(try first + socket.readAll(count: 8 - first.count) == Array("console\n".utf8))
    }

    private static func serving(_ body: (StatePlace, FakeControl) async throws -> Void) async throws {
        let folder = "/tmp/api-\(getpid())-client"
        let place = try StatePlace(option: folder, environment: [:], userID: geteuid(), workingDirectory: "/")
        let socket = place.directories.socket
        try Files.makeFolder(String(socket[..<(socket.lastIndex(of: "/") ?? socket.endIndex)]))
        let control = FakeControl()
        try await withServer(at: socket, in: folder, control: control) { _ in try await body(place, control) }
    }
}
