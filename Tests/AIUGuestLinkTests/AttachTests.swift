import AIUGuestLink
import AIUModel
import AIUSystem
import Glibc
import Testing

/// The console, through the real `aiu-vsockd`.
struct AttachTests {
    @Test("one program at a time gets the console; when it goes the next one may")
    func attach() async throws {
        let fixture = try await Fixture()
        let sockets = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let port = try UnixSocket.connect(sockets.console)
        var first: FileDescriptor? = FileDescriptor(owning: try await fixture.links.attach(fixture.id))
        try port.writeAll(Array("boot".utf8))
        #expect(try first?.readAll(count: 4) == Array("boot".utf8))
        try first?.writeAll(Array("\n".utf8))
        #expect(try port.readAll(count: 1) == [10])
        do {
            _ = try await fixture.links.attach(fixture.id)
            Issue.record("two are attached")
        } catch {
            #expect(error.reason == .busy)
            #expect(error.message.contains("one at a time"))
        }
        first = nil
        var next: Int32?
        // The back end learns of the end in its own time.
        for _ in 0..<100 where next == nil {
            next = try? await fixture.links.attach(fixture.id)
            if next == nil { usleep(10_000) }
        }
        let second = FileDescriptor(owning: try #require(next))
        try port.writeAll(Array("more".utf8))
        #expect(try second.readAll(count: 4) == Array("more".utf8))
        await fixture.links.close(fixture.id)
        #expect(try second.read(upTo: 1) == [])
    }

    @Test("a VM that does not run has no console to attach to")
    func absent() async throws {
        let fixture = try await Fixture()
        await #expect(throws: Failure(.conflict, "the VM is not running")) {
            _ = try await fixture.links.attach(fixture.id)
        }
    }

    @Test("a back end that is slow to start holds up no other link; stopping the VM ends the wait")
    func slowStart() async throws {
        let fixture = try await Fixture()
        let program = "\(fixture.root)/slow"
        try Files.replace(program, with: Array("#!/bin/sh\nsleep 30\n".utf8), mode: 0o700)
        let links = try VsockLinks(
            GuestLinkConfiguration(backEnd: program, runDirectory: "\(fixture.root)/slow-run", heartbeat: .seconds(1)))
        let id = fixture.id
        let identity = fixture.identity
        let start = ContinuousClock.now
        async let opened = links.open(id, contextID: 3, welcome: identity)
        // Served while the other start waits.
        while await links.backEnds().isEmpty, ContinuousClock.now - start < .milliseconds(200) {}
        #expect(ContinuousClock.now - start < .seconds(5))
        await links.close(id)
        do {
            _ = try await opened
            Issue.record("it opened")
        } catch {
            #expect((error as? Failure)?.reason == .busy, "\(error)")
        }
        #expect(ContinuousClock.now - start < .seconds(9))
    }

    @Test("a back end that says something else is not taken for ready")
    func wrongWord() async throws {
        let fixture = try await Fixture()
        let program = "\(fixture.root)/wrong"
        try Files.replace(
            program, with: Array("#!/bin/sh\necho readx >&1; echo why >&2; exec sleep 5\n".utf8), mode: 0o700)
        let links = try VsockLinks(
            GuestLinkConfiguration(backEnd: program, runDirectory: "\(fixture.root)/wrong-run", heartbeat: .seconds(1)))
        do {
            _ = try await links.open(fixture.id, contextID: 3, welcome: fixture.identity)
            Issue.record("it started")
        } catch {
            #expect(error.message.contains("did not start"))
        }
    }
}
