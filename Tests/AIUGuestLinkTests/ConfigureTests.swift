import AIUGuestLink
import AIUModel
import AIUSystem
import AIUWire
import Glibc
import Testing

@Suite("Configurations sent to guests")
struct ConfigureTests {
    private static let document = Array("{}\n".utf8)

    @Test("an order arrives whole and its answer comes back; one at a time")
    func answered() async throws {
        let fixture = try await Fixture()
        let peer = try await fixture.greeted()
        let (links, id) = (fixture.links, fixture.id)
        async let answer = links.configure(id, revision: 7, document: Self.document, within: .seconds(5))
        let order = try ConfigurationOrder(try #require(try peer.receive()))
        #expect(order == (try ConfigurationOrder(revision: 7, document: Self.document)))
        await #expect(throws: Failure.self) {
            try await links.configure(id, revision: 8, document: Self.document, within: .seconds(5))
        }
        // Nobody waits for this one any more; it is passed over.
        try peer.send(Frame(.configured, encoding: ConfiguredAnswer(revision: 6, digest: "", applied: [])))
        let expected = ConfiguredAnswer(revision: 7, digest: "d", applied: ["timezone"])
        try peer.send(Frame(.configured, encoding: expected))
        #expect(try await answer == expected)
        await fixture.links.close(fixture.id)
    }

    @Test("a connection that was not welcomed is sent nothing but the welcome")
    func unwelcomed() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.links.open(fixture.id, contextID: 3, welcome: fixture.identity)
        let peer = Peer(try fixture.dial())
        let (links, id) = (fixture.links, fixture.id)
        for _ in 0..<3 {
            let refusals = [
                await #expect(throws: Failure.self) { try await links.ping(id, within: .seconds(5)) },
                await #expect(throws: Failure.self) {
                    try await links.order(ShutdownOrder(action: .powerOff, graceMilliseconds: 1), to: id)
                },
                await #expect(throws: Failure.self) {
                    try await links.configure(id, revision: 1, document: Self.document, within: .seconds(5))
                },
            ]
            #expect(refusals.map { $0?.reason } == [.unavailable, .unavailable, .unavailable])
            // Long enough for the connection to be accepted.
            try await Task.sleep(for: .milliseconds(20))
        }
        try peer.send(Frame(.hello, encoding: Fixture.hello))
        #expect(try peer.receive()?.kind == .welcome)
        await fixture.links.close(fixture.id)
    }

    @Test("a guest that is silent is given up after the limit, and may be asked again")
    func silent() async throws {
        let fixture = try await Fixture()
        let peer = try await fixture.greeted()
        let error = await #expect(throws: Failure.self) {
            try await fixture.links.configure(
                fixture.id, revision: 1, document: Self.document, within: .milliseconds(50))
        }
        #expect(error?.reason == .timedOut)
        _ = try peer.receive()
        let (links, id) = (fixture.links, fixture.id)
        async let answer = links.configure(id, revision: 2, document: Self.document, within: .seconds(5))
        _ = try peer.receive()
        try peer.send(Frame(.configured, encoding: ConfiguredAnswer(revision: 2, digest: "d", applied: [])))
        #expect(try await answer.revision == 2)
        await fixture.links.close(fixture.id)
    }

    @Test(
        "a guest that leaves, lies or talks nonsense ends the wait",
        arguments: [
            nil, Frame(.goodbye), Frame(.configured, Array("{".utf8)),
            Frame(.configured, [UInt8](repeating: 32, count: 9)),
            Frame(.configure, [1]),
        ])
    func broken(reply: Frame?) async throws {
        let fixture = try await Fixture()
        let peer = try await fixture.greeted()
        let (links, id) = (fixture.links, fixture.id)
        async let answer = links.configure(id, revision: 1, document: Self.document, within: .seconds(20))
        _ = try peer.receive()
        if let reply { try peer.send(reply) } else { shutdown(peer.socket.raw, Int32(SHUT_RDWR)) }
        do {
            _ = try await answer
            Issue.record("it was answered")
        } catch {
            #expect((error as? Failure)?.reason == .unavailable)
        }
        await fixture.links.close(fixture.id)
    }

    @Test("an agent that does not know the order is not sent one, and stays connected")
    func old() async throws {
        let fixture = try await Fixture()
        var hello = Fixture.hello
        hello.features = nil
        let peer = try await fixture.greeted(hello)
        let error = await #expect(throws: Failure.self) {
            try await fixture.links.configure(fixture.id, revision: 1, document: Self.document, within: .seconds(20))
        }
        #expect(error?.reason == .unsupported)
        let (links, id) = (fixture.links, fixture.id)
        async let measured = links.ping(id, within: .seconds(5))
        let ping = try #require(try peer.receive())
        #expect(ping.kind == .ping)
        try peer.send(Frame(.pong, ping.payload))
        _ = try await measured
        await fixture.links.close(fixture.id)
    }

    @Test("a document that cannot be one is refused before it is sent", arguments: [0, 32 * 1024 + 1])
    func impossible(length: Int) async throws {
        let fixture = try await Fixture()
        _ = try await fixture.greeted()
        let error = await #expect(throws: Failure.self) {
            try await fixture.links.configure(
                fixture.id, revision: 1, document: [UInt8](repeating: 32, count: length), within: .seconds(20))
        }
        #expect(error?.reason == .invalid)
        await fixture.links.close(fixture.id)
    }
}

extension Fixture {
    /// A guest that has said hello and was welcomed.
    func greeted(_ hello: Hello = Fixture.hello) async throws -> Peer {
        _ = try await links.open(id, contextID: 3, welcome: identity)
        let peer = Peer(try dial())
        try peer.send(Frame(.hello, encoding: hello))
        _ = try peer.receive()
        return peer
    }
}
