import AIUGuestLink
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

struct VsockLinksTests {
    @Test("a guest that says hello is welcomed, measured and ordered about")
    func wholeTalk() async throws {
        let fixture = try await Fixture()
        var news = fixture.links.events.makeAsyncIterator()
        let sockets = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        #expect(Files.exists(sockets.vhost))
        #expect(Files.exists(sockets.console))
        let peer = Peer(try fixture.dial())
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        let frame = try #require(try peer.receive())
        #expect(frame.kind == .welcome)
        let welcome = try JSONText.decode(Welcome.self, from: frame.payload)
        #expect(welcome.hostname == "guest")
        #expect(welcome.entropy.count == 64)
        #expect(abs(welcome.clock - Timestamp.now.milliseconds) < 60_000)
        #expect(await news.next() == .hello(fixture.id, Fixture.hello))

        let links = fixture.links
        let id = fixture.id
        async let measured = links.ping(id, within: .seconds(5))
        let ping = try #require(try peer.receive())
        #expect(ping.kind == .ping)
        try peer.send(Frame(.pong, ping.payload))
        #expect(try await measured < .seconds(5))
        #expect(await news.next() == .heard(id))

        try await fixture.links.order(ShutdownOrder(action: .powerOff, graceMilliseconds: 5), to: fixture.id)
        let order = try #require(try peer.receive())
        #expect(order.kind == .shutdown)
        try peer.send(Frame(.goodbye))
        // The agent waits for the host's end before it switches off.
        #expect(try peer.receive() == nil)
        #expect(await news.next() == .lost(fixture.id, inOrder: true))
        await fixture.links.close(fixture.id)
        #expect(!Files.exists(fixture.directory))
    }

    @Test("a guest that stood still is told the time, one that did not is left alone")
    func stoodStill() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        #expect(try peer.receive()?.kind == .welcome)
        func beat(at uptime: Int64) throws -> Frame {
            try Frame(
                .heartbeat,
                encoding: Heartbeat(
                    uptimeMilliseconds: uptime, memoryTotal: 1, memoryAvailable: 1, load: 1, processes: 1,
                    diskTotal: 1, diskFree: 1))
        }
        try peer.send(try beat(at: 5000))
        try await Task.sleep(for: .milliseconds(100))
        try peer.send(try beat(at: 5100))
        try await Task.sleep(for: .milliseconds(700))
        try peer.send(try beat(at: 5150))
        let clock = try #require(try peer.receive())
        #expect(clock.kind == .clock && clock.payload.count == 8)
        let told = clock.payload.reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        #expect(abs(told - Timestamp.now.milliseconds) < 60_000)
        // Whatever it claims, nothing overflows.
        try await Task.sleep(for: .milliseconds(100))
        try peer.send(try beat(at: .max))
        #expect(try peer.receive()?.kind == .clock)
        await fixture.links.close(fixture.id)
    }

    @Test(
        "a guest that breaks the protocol is cut off and nobody else notices",
        arguments: [
            Frame(.heartbeat).encoded,  // before the hello
            Frame(.hello, Array("{".utf8)).encoded,  // malformed
            Frame(.hello, [0xFF, 0xFE]).encoded,  // no text at all
            Frame(.standardOutput, [1]).encoded,  // belongs to another connection
            [0xFF, 0xFF, 0xFF, 0xFF, 1],  // a length of 4 GiB
            [0, 0, 0, 0, 200],  // a kind that does not exist
        ])
    func hostile(bytes: [UInt8]) async throws {
        let fixture = try await Fixture()
        var news = fixture.links.events.makeAsyncIterator()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        try peer.socket.writeAll(bytes)
        #expect(try peer.receive() == nil)
        let next = Peer(try fixture.dial())
        try next.send(Frame(.hello, encoding: Fixture.hello))
        #expect(try next.receive()?.kind == .welcome)
        // What never said hello was nobody: it is not reported as lost.
        #expect(await news.next() == .hello(fixture.id, Fixture.hello))
        await fixture.links.close(fixture.id)
    }

    @Test("a guest that floods heartbeats and logs is kept at its pace, and its log stays bounded")
    func flood() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        let beat = Heartbeat(
            uptimeMilliseconds: 1, memoryTotal: 1, memoryAvailable: 1, load: 0, processes: 1, diskTotal: 1, diskFree: 1)
        let record = LogRecord(
            source: .agent, level: .info, uptime: 1, text: String(repeating: "\u{1B}[31mx", count: 800))
        for _ in 0..<80 {
            for _ in 0..<20 { try peer.send(Frame(.heartbeat, encoding: beat)) }
            try peer.send(Frame(.log, encoding: [LogRecord](repeating: record, count: 4)))
        }
        // The host has read everything when it has read this.
        try peer.send(Frame(.goodbye))
        shutdown(peer.socket.raw, Int32(SHUT_WR))
        var heartbeats = 0
        for await event in fixture.links.events {
            if case .heartbeat = event { heartbeats += 1 }
            if case .lost = event { break }
        }
        #expect(heartbeats < 1000)
        let log = try Files.metadata("\(fixture.root)/agent.log")
        let older = try Files.metadata("\(fixture.root)/agent.log.1")
        #expect(log.st_size <= 1 << 20)
        #expect(older.st_size <= 1 << 20)
        let text = try Files.read("\(fixture.root)/agent.log")
        #expect(!text.contains(0x1B))
        await fixture.links.close(fixture.id)
    }

    @Test("whatever an agent says is a sign of life, told at the pace of heartbeats")
    func signs() async throws {
        let fixture = try await Fixture()
        var news = fixture.links.events.makeAsyncIterator()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        #expect(await news.next() == .hello(fixture.id, Fixture.hello))
        let record = LogRecord(source: .agent, level: .info, uptime: 1, text: "x")
        for _ in 0..<50 { try peer.send(Frame(.log, encoding: [record])) }
        #expect(await news.next() == .heard(fixture.id))
        try await Task.sleep(for: .milliseconds(150))
        try peer.send(Frame(.log, encoding: [record]))
        try peer.send(Frame(.goodbye))
        var heard = 0
        while let event = await news.next(), event != .lost(fixture.id, inOrder: true) { heard += 1 }
        #expect((1...3).contains(heard))
        await fixture.links.close(fixture.id)
    }

    @Test("the death of a back end is noticed")
    func death() async throws {
        let fixture = try await Fixture()
        var news = fixture.links.events.makeAsyncIterator()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let probe = try UnixSocket.connect("\(fixture.directory)/host.sock")
        kill(try UnixSocket.peer(of: probe.raw).process, SIGKILL)
        #expect(await news.next() == .backEndEnded(fixture.id))
        await fixture.links.close(fixture.id)
        #expect(await fixture.links.backEnds().isEmpty)
    }

    @Test("a back end that outlived its supervisor is found and taken over")
    func adoption() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let second = try VsockLinks(
            GuestLinkConfiguration(backEnd: "/nonexistent", runDirectory: "\(fixture.root)/run", heartbeat: .seconds(1))
        )
        #expect(await second.backEnds() == [fixture.id])
        #expect(try await second.adopt(fixture.id, contextID: 3, welcome: fixture.identity))
        let peer = Peer(try fixture.dial())
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        #expect(try peer.receive()?.kind == .welcome)
        let stranger = VMID.random()
        #expect(try await !second.adopt(stranger, contextID: 4, welcome: fixture.identity))
        await second.close(fixture.id)
        #expect(await second.backEnds().isEmpty)
    }

    @Test("without a guest, what needs one is refused in time")
    func absent() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        await #expect(throws: Failure.self) { try await fixture.links.ping(fixture.id, within: .milliseconds(50)) }
        await #expect(throws: Failure.self) {
            try await fixture.links.order(ShutdownOrder(action: .powerOff, graceMilliseconds: 1), to: fixture.id)
        }
        await fixture.links.close(fixture.id)
        await #expect(throws: Failure.self) { try await fixture.links.connect(fixture.id) }
    }

    @Test("a back end that cannot be started is refused with its name")
    func missingProgram() async throws {
        let fixture = try await Fixture()
        let links = try VsockLinks(
            GuestLinkConfiguration(
                backEnd: "/nonexistent/aiu-vsockd", runDirectory: "\(fixture.root)/other", heartbeat: .seconds(1)))
        do {
            _ = try await links.open(fixture.id, contextID: 3, welcome: fixture.identity)
            Issue.record("it started")
        } catch {
            #expect(error.message.contains("/nonexistent/aiu-vsockd"))
        }
    }
}
