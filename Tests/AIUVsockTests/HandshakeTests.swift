import AIUSystem
import AIUVsock
import Testing

/// The line with which host programs begin.
struct HandshakeTests {
    static let requests: [(String, HandshakeRequest?)] = [
        ("CONNECT 0", .connect(port: 0)),
        ("CONNECT 1024", .connect(port: 1024)),
        ("CONNECT 4294967294", .connect(port: 4_294_967_294)),
        ("STATS", .statistics),
        // The number that means any port.
        ("CONNECT 4294967295", nil),
        ("CONNECT 4294967296", nil),
        ("CONNECT 99999999999999999999", nil),
        ("CONNECT ", nil),
        ("CONNECT -1", nil),
        ("CONNECT +1", nil),
        ("CONNECT 1 ", nil),
        ("CONNECT  1", nil),
        ("CONNECT 0x10", nil),
        ("CONNECT 1024\r", nil),
        ("connect 1024", nil),
        ("STATS ", nil),
        ("", nil),
    ]

    @Test("only exact lines are understood", arguments: requests)
    func parse(line: String, request: HandshakeRequest?) {
        #expect(HandshakeRequest(line: line.utf8) == request)
    }

    @Test(
        "a wrong line ends the conversation",
        arguments: [
            "nonsense\n", "CONNECT\n", "CONNECT 00000000000000000000000000000000001\n",
            String(repeating: "x", count: 32),
        ])
    func refused(line: String) throws {
        let world = try World()
        let socket = try world.dial(line)
        let over = isOver(socket)
        #expect(over)
        #expect(world.backEnd.device.statistics.connectionsRefused == 1)
    }

    @Test("a line may come in pieces")
    func pieces() throws {
        let world = try World()
        let socket = try world.dial("")
        for byte in "CONNECT 77\n".utf8 {
            try socket.writeAll([byte])
            try world.turn(1)
        }
        #expect(try world.receive(.request).header.destinationPort == 77)
    }

    @Test("a program that leaves before its newline is forgotten", arguments: ["", "CONN", "CONNECT 1024"])
    func leaves(line: String) throws {
        let world = try World()
        do { _ = try world.dial(line) }
        try world.turn()
        #expect(world.backEnd.device.connectionCount == 0)
        _ = try world.connectFromHost()
    }

    @Test("a program that says nothing is sent away in time")
    func silent() throws {
        let world = try World()
        let socket = try world.dial("CONN")
        let start = ContinuousClock.now
        let over = try world.until { isOver(socket) }
        #expect(over)
        #expect(start.duration(to: .now) < Limits.handshakeTime + .seconds(2))
    }

    @Test("only so many may be silent at a time")
    func manySilent() throws {
        let world = try World()
        var sockets: [Stream] = []
        for _ in 0..<Limits.handshakes {
            sockets.append(Stream(socket: try world.dial(""), guestPort: 0, hostPort: 0))
        }
        let late = try world.dial("CONNECT 1\n")
        let over = isOver(late)
        #expect(over)
        #expect(try sockets[0].socket.read(upTo: 10) == nil)
    }

    @Test("no guest yet: refused at once")
    func noGuest() throws {
        let world = try World(running: false)
        let socket = try world.dial("CONNECT 1024\n")
        #expect(try socket.read(upTo: 10) == [])
    }

    @Test("statistics are one line of JSON")
    func statistics() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: [1, 2, 3])
        let socket = try world.dial("STATS\n")
        let line = String(decoding: try socket.read(upTo: 4096) ?? [], as: UTF8.self)
        #expect(line.hasPrefix("{\"connections_open\":1,\"connections_total\":1,"))
        #expect(line.contains("\"bytes_from_guest\":3,"))
        #expect(line.hasSuffix("}\n"))
        #expect(try socket.read(upTo: 10) == [])
    }

    /// Closed from the other side, where bytes may have been left unread.
    private func isOver(_ socket: borrowing FileDescriptor) -> Bool {
        do {
            return try socket.read(upTo: 10) == []
        } catch {
            return error.code == .connectionReset
        }
    }
}
