import AIUSystem
import AIUVsock
import Glibc
import Testing

/// Bytes through connections, in every shape of chain.
struct StreamTests {
    static let transmitLayouts: [[Int]] = [
        [4096], [44], [44, 1], [10, 34, 5], [1, 1, 1, 1, 1, 1], Array(repeating: 7, count: 20),
    ]
    static let receiveLayouts: [[Int]] = [
        [4140], [44, 4096], [44, 1, 100], [10, 34, 500], [20, 20, 20, 20, 20], [43, 2],
    ]
    static let everything = World.plain | VhostUserFeature.eventIndex | VhostUserFeature.indirectDescriptors
    static let message = (0..<100).map { UInt8($0) }

    @Test("the guest sends in chains of any shape", arguments: transmitLayouts, [false, true])
    func transmit(layout: [Int], indirect: Bool) throws {
        let world = try World(features: Self.everything)
        let stream = try world.connectFromHost()
        let header = world.header(.data, from: stream.guestPort, to: stream.hostPort)
        try world.send(Packet(header: header, payload: Self.message), layout: layout, indirect: indirect)
        #expect(try stream.socket.read(upTo: 1000) == Self.message)
    }

    @Test("the guest receives in chains of any shape", arguments: receiveLayouts)
    func receive(layout: [Int]) throws {
        let world = try World(receiveLayout: layout)
        let stream = try world.connectFromHost()
        try stream.socket.writeAll(Self.message)
        var received: [UInt8] = []
        _ = try world.until {
            for packet in try world.receive() where packet.operation == .data {
                #expect(Int(packet.header.length) == packet.payload.count)
                received += packet.payload
            }
            return received.count >= Self.message.count
        }
        #expect(received == Self.message)
    }

    @Test("the guest connects to a host program and both talk")
    func guestConnects() throws {
        let world = try World()
        let listener = try world.listen(9000)
        let stream = try world.connectFromGuest(listener, port: 9000)
        try world.send(.data, from: 5000, to: 9000, payload: Self.message)
        #expect(try stream.socket.read(upTo: 1000) == Self.message)
        try stream.socket.writeAll([1, 2, 3])
        let packet = try world.receive(.data)
        #expect(packet.payload == [1, 2, 3])
        #expect(packet.header.forwardCount == 100)
    }

    @Test("nobody listens: reset, on both sides")
    func refused() throws {
        let world = try World()
        try world.send(.request, from: 5000, to: 9000)
        let reset = try world.receive(.reset)
        #expect(reset.header.destinationPort == 5000)
        #expect(reset.header.sourcePort == 9000)
        let socket = try world.dial("CONNECT 7\n")
        let request = try world.receive(.request)
        try world.send(.reset, from: 7, to: request.header.sourcePort)
        #expect(try socket.read(upTo: 10) == [])
        #expect(world.backEnd.device.connectionCount == 0)
    }

    @Test("what a host program sends along with its request reaches the guest after the handshake")
    func pipelined() throws {
        let world = try World()
        let socket = try world.dial("CONNECT 1024\nearly")
        let request = try world.receive(.request)
        try world.send(.response, from: 1024, to: request.header.sourcePort)
        #expect(try world.receive(.data).payload == Array("early".utf8))
        _ = socket.raw
    }

    @Test("host ports are high and not used again at once")
    func ports() throws {
        let world = try World()
        var seen: Set<UInt32> = []
        for _ in 0..<20 {
            let stream = try world.connectFromHost()
            #expect(stream.hostPort >= VsockDevice.firstHostPort)
            #expect(seen.insert(stream.hostPort).inserted)
            try world.send(.reset, from: stream.guestPort, to: stream.hostPort)
        }
        #expect(world.backEnd.device.connectionCount == 0)
    }

    @Test("a guest that sends no more ahead than its own small buffer is not left waiting", arguments: [1, 100, 5000])
    func smallGuestBuffer(buffer: UInt32) throws {
        let world = try World(features: Self.everything)
        let stream = try world.connectFromHost(window: buffer)
        var forwarded: UInt32 = 0
        var sent: UInt32 = 0
        for _ in 0..<20 {
            try world.send(
                .data, from: stream.guestPort, to: stream.hostPort, payload: Array(repeating: 1, count: Int(buffer)),
                window: buffer)
            sent += buffer
            for packet in try world.receive() { forwarded = packet.header.forwardCount }
            #expect(forwarded == sent)
        }
    }

    @Test(
        "16 MiB in both directions at once, with small windows, do not deadlock",
        arguments: [64 << 10, 5000] as [UInt32])
    func bulk(guestWindow: UInt32) throws {
        let world = try World(features: Self.everything, queueSize: 128)
        let stream = try world.connectFromHost(window: guestWindow)
        let total = 16 << 20
        var guest = BulkGuest(window: guestWindow)
        var hostSent = 0
        var hostReceived = 0
        let chunk = [UInt8](repeating: 7, count: 32 << 10)
        let done = try world.until(.seconds(60)) {
            if hostSent < total, let count = try stream.socket.write(chunk) { hostSent += count }
            if let part = try stream.socket.read(upTo: 64 << 10) { hostReceived += part.count }
            try guest.step(world, stream, total: total)
            return hostReceived >= total && guest.received >= total
        }
        #expect(
            done,
            "host sent \(hostSent), received \(hostReceived); guest sent \(guest.sent), received \(guest.received)")
        #expect(hostReceived == total)
        #expect(world.backEnd.device.statistics.protocolErrors == 0)
    }

    /// A guest program that sends and receives as fast as credit allows.
    struct BulkGuest {
        let window: UInt32
        var sent = 0
        var received = 0
        var announced = 0
        var peerWindow: UInt32 = 0
        var peerForwarded: UInt32 = 0
        let chunk = [UInt8](repeating: 9, count: 16 << 10)

        init(window: UInt32) { self.window = window }

        mutating func step(_ world: World, _ stream: Stream, total: Int) throws {
            for packet in try world.receive() {
                peerWindow = packet.header.bufferAllocation
                peerForwarded = packet.header.forwardCount
                received += packet.payload.count
                if packet.operation == .creditRequest || received - announced > Int(window) / 2 {
                    try update(world, stream)
                }
            }
            if received != announced { try update(world, stream) }
            let free = Int(peerWindow) - (sent - Int(peerForwarded))
            let count = min(free, chunk.count, total - sent)
            if peerWindow == 0 {
                try world.send(.creditRequest, from: stream.guestPort, to: stream.hostPort, window: window)
            } else if count > 0 {
                try world.send(
                    .data, from: stream.guestPort, to: stream.hostPort, payload: Array(chunk.prefix(count)),
                    window: window, forwarded: UInt32(received))
                sent += count
            }
        }

        private mutating func update(_ world: World, _ stream: Stream) throws {
            announced = received
            try world.send(
                .creditUpdate, from: stream.guestPort, to: stream.hostPort, window: window, forwarded: UInt32(received))
        }
    }
}
