import AIUGuestLink
import AIUJSON
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

/// A guest that lies on its control connection: the host's memory stays bounded, and other guests are served.
@Suite(.serialized)
struct HostileGuestTests {
    /// More than any of these tests may make the host keep.
    private static let mostGrowth = 48 << 20

    @Test("a thousand connections are taken in slowly, reported rarely, and the agent's still comes through")
    func thousandConnections() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let before = try Memory.resident()
        let openFiles = try Files.names(in: "/proc/self/fd").count
        var refused = 0
        var sockets: [Peer] = []
        for number in 0..<1000 {
            // As the back end connects: it never waits for a queue.
            guard let socket = try? UnixSocket.connectNow("\(fixture.directory)/guest_\(WireProtocol.port)") else {
                refused += 1
                continue
            }
            let peer = Peer(socket)
            if number % 2 == 0 { try? peer.send(Frame(.hello, encoding: Fixture.hello)) }
            sockets.append(peer)
        }
        #expect(refused > 500)
        // At most one connection is held by the links at a time; the others wait in the kernel's short queue.
        let held = try Files.names(in: "/proc/self/fd").count - openFiles - sockets.count
        #expect(held < 16)
        #expect(try Memory.resident() - before < Self.mostGrowth)
        sockets = []
        // One that dials again and again gets through, as the agent would.
        let deadline = ContinuousClock.now + .seconds(60)
        var welcomed = false
        while !welcomed, .now < deadline {
            guard let socket = try? UnixSocket.connectNow("\(fixture.directory)/guest_\(WireProtocol.port)") else {
                usleep(50_000)
                continue
            }
            try socket.setNonBlocking(false)
            let peer = Peer(socket)
            try peer.send(Frame(.hello, encoding: Fixture.hello))
            welcomed = try peer.receive()?.kind == .welcome
        }
        #expect(welcomed)
        await fixture.links.close(fixture.id)
    }

    @Test("a guest that floods is read at a bound rate, and another guest's ping does not notice")
    func floodBesideOther() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let other = VMID.random()
        _ = try await fixture.links.open(other, contextID: 4, welcome: fixture.identity)
        let good = Peer(try UnixSocket.connect("\(fixture.root)/run/vm/\(other)/guest_\(WireProtocol.port)"))
        try good.send(Frame(.hello, encoding: Fixture.hello))
        #expect(try good.receive()?.kind == .welcome)
        let answers = Thread { while let frame = try? good.receive() { try? good.send(Frame(.pong, frame.payload)) } }
        let quiet = try await median(of: fixture.links, other)

        let bad = Peer(try fixture.dial())
        try bad.send(Frame(.hello, encoding: Fixture.hello))
        let before = try Memory.resident()
        let record = LogRecord(source: .agent, level: .info, uptime: 1, text: "")
        let frame = try Frame(.log, encoding: [LogRecord](repeating: record, count: 1000)).encoded
        signal(SIGPIPE, SIG_IGN)
        let taken = Counter()
        let flood = Thread {
            while !taken.isStopped { taken.add((try? bad.socket.write(frame)) ?? 0) }  // all of it, or until shutdown
        }
        let start = ContinuousClock.now
        let busy = try await median(of: fixture.links, other)
        try await Task.sleep(for: .seconds(1))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        taken.stop()
        shutdown(bad.socket.raw, Int32(SHUT_RDWR))
        flood.join()
        print("ping beside a flood: \(busy), without: \(quiet)")
        #expect(busy < max(quiet * 10, .milliseconds(10)))
        // A burst of 1 MiB, what the socket holds, and 512 KiB a second.
        #expect(Double(taken.value) < 4e6 + seconds * 1_200_000)
        #expect(try Memory.resident() - before < Self.mostGrowth)
        await fixture.links.close(fixture.id)
        await fixture.links.close(other)
        answers.join()
    }

    @Test("a guest that never reads is cut off at a bound")
    func neverReads() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        var news = fixture.links.events.makeAsyncIterator()
        #expect(await news.next() == .hello(fixture.id, Fixture.hello))
        let before = try Memory.resident()
        var orders = 0
        while orders < 50_000 {
            do {
                try await fixture.links.order(ShutdownOrder(action: .powerOff, graceMilliseconds: 1), to: fixture.id)
            } catch {
                break
            }
            orders += 1
        }
        #expect(orders < 50_000)
        #expect(await news.next() == .lost(fixture.id, inOrder: false))
        #expect(try Memory.resident() - before < Self.mostGrowth)
        await fixture.links.close(fixture.id)
    }

    @Test("a guest that closes one direction for ever is taken for gone")
    func halfClosed() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        #expect(try peer.receive()?.kind == .welcome)
        var news = fixture.links.events.makeAsyncIterator()
        #expect(await news.next() == .hello(fixture.id, Fixture.hello))
        shutdown(peer.socket.raw, Int32(SHUT_WR))
        #expect(await news.next() == .lost(fixture.id, inOrder: false))
        #expect(try peer.receive() == nil)
        await fixture.links.close(fixture.id)
    }

    @Test("a frame that never ends is held, and nothing beyond it")
    func endlessFrame() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let before = try Memory.resident()
        var peers: [Peer] = []
        for _ in 0..<16 {
            let peer = Peer(try fixture.dial())
            // The longest length there is, and all but the last byte of it.
            try peer.socket.writeAll([0, 0, 1, 0, FrameKind.hello.rawValue] + [UInt8](repeating: 123, count: 65_535))
            peers.append(peer)
        }
        #expect(try Memory.resident() - before < Self.mostGrowth)
        // Each newer connection has ended the one before it.
        for peer in peers.dropLast() {
            do throws(SystemError) {
                #expect(try peer.socket.read(upTo: 1) == [])
            } catch {
                // It was closed with bytes unread.
                #expect(error.code == .connectionReset)
            }
        }
        await fixture.links.close(fixture.id)
    }

    @Test("what a hello says is cut to size and cannot drive a terminal")
    func hello() async throws {
        let fixture = try await Fixture()
        var news = fixture.links.events.makeAsyncIterator()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        var hello = Fixture.hello
        hello.kernel = "\u{1B}[2J" + String(repeating: "k", count: 5000)
        hello.configurationProblem = "line\nforged"
        try peer.send(Frame(.hello, encoding: hello))
        guard case .hello(_, let seen) = await news.next() else {
            Issue.record("no hello came")
            return
        }
        #expect(seen.kernel.hasPrefix(" [2Jk"))
        #expect(seen.kernel.unicodeScalars.count == 256)
        #expect(seen.configurationProblem == "line forged")
        await fixture.links.close(fixture.id)
    }

    private func median(of links: VsockLinks, _ id: VMID) async throws -> Duration {
        var times: [Duration] = []
        for _ in 0..<101 { times.append(try await links.ping(id, within: .seconds(10))) }
        return times.sorted()[50]
    }
}
