import AIUSystem
import AIUVsock
import Testing

/// Packets that a well-behaved guest never sends.
struct PacketTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout PacketHeader) -> Void
        /// Whether the guest is told.
        var isReset = false
    }

    static let strangers: [Bad] = [
        Bad(testDescription: "another guest's address") { $0.sourceCID = 43 },
        Bad(testDescription: "the host's own address") { $0.sourceCID = 2 },
        Bad(testDescription: "an address that looks the same in 32 bits") { $0.sourceCID = 42 | 1 << 32 },
        Bad(testDescription: "another destination") { $0.destinationCID = 3 },
        Bad(testDescription: "a reset for nobody") { $0.operation = 3 },
        Bad(testDescription: "data for nobody", change: { $0.operation = 5 }, isReset: true),
        Bad(testDescription: "an answer for nobody", change: { $0.operation = 2 }, isReset: true),
        Bad(testDescription: "the end for nobody", change: { $0.operation = 4 }, isReset: true),
        Bad(testDescription: "credit for nobody", change: { $0.operation = 6 }, isReset: true),
        Bad(testDescription: "no operation", change: { $0.operation = 0 }, isReset: true),
        Bad(testDescription: "an unknown operation", change: { $0.operation = 8 }, isReset: true),
        Bad(testDescription: "another type", change: { $0.type = 2 }, isReset: true),
        Bad(testDescription: "no type", change: { $0.type = 0 }, isReset: true),
        Bad(testDescription: "a reset of another type") {
            $0.type = 2
            $0.operation = 3
        },
    ]

    @Test("strange packets do nothing, or cause one reset", arguments: strangers)
    func stranger(bad: Bad) throws {
        let world = try World()
        let listener = try world.listen(80)
        var header = world.header(.request, from: 5000, to: 80)
        bad.change(&header)
        try world.send(Packet(header: header))
        #expect(try world.receive().map(\.operation) == (bad.isReset ? [.reset] : []))
        #expect(world.backEnd.device.connectionCount == 0)
        // And the device still works.
        _ = try world.connectFromGuest(listener, port: 80)
    }

    static let violations: [Bad] = [
        Bad(testDescription: "a second request") { $0.operation = 1 },
        Bad(testDescription: "a second answer") { $0.operation = 2 },
        Bad(testDescription: "data that is not there") { $0.length = 101 },
        Bad(testDescription: "data of the largest length") { $0.length = .max },
    ]

    @Test("a connection on which the guest breaks the rules is reset", arguments: violations)
    func violation(bad: Bad) throws {
        let world = try World()
        let stream = try world.connectFromHost()
        var header = world.header(.data, from: stream.guestPort, to: stream.hostPort)
        header.length = 100
        bad.change(&header)
        try world.send(Packet(header: header, payload: Array(repeating: 1, count: 100)), setsLength: false)
        #expect(try world.receive().map(\.operation) == [.reset])
        #expect(try stream.socket.read(upTo: 10) == [])
        #expect(world.backEnd.device.statistics.protocolErrors == 1)
    }

    @Test("data after the end of the stream resets")
    func afterEnd() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try world.send(.shutdown, from: stream.guestPort, to: stream.hostPort, flags: .send)
        try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: [1])
        #expect(try world.receive(.reset).operation == .reset)
    }

    @Test("data before the answer resets")
    func beforeAnswer() throws {
        let world = try World()
        let socket = try world.dial("CONNECT 6\n")
        let request = try world.receive(.request)
        try world.send(.data, from: 6, to: request.header.sourcePort, payload: [1])
        _ = try world.receive(.reset)
        #expect(try socket.read(upTo: 10) == [])
    }

    @Test("a packet shorter than its header is passed over", arguments: [1, 43])
    func short(count: Int) throws {
        let world = try World()
        world.transmitRing.offer([.init(offset: World.transmitArea, length: count)], flags: 0)
        world.transmitRing.kickDevice()
        try world.turn()
        #expect(world.transmitRing.takeUsed().count == 1)
        #expect(world.backEnd.device.statistics.protocolErrors == 1)
        _ = try world.connectFromHost()
    }

    @Test("a length below what the chain holds counts; the rest is ignored")
    func padded() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        var header = world.header(.data, from: stream.guestPort, to: stream.hostPort)
        header.length = 3
        try world.send(Packet(header: header, payload: [1, 2, 3, 4, 5]), setsLength: false)
        #expect(try stream.socket.read(upTo: 10) == [1, 2, 3])
    }
}
