import AIUSystem
import AIUVsock
import Testing

/// What a guest or a host program cannot make grow.
struct LimitTests {
    @Test("connections up to the limit, and a reset for the next")
    func connections() throws {
        let world = try World(features: StreamTests.everything, queueSize: 256)
        let listener = try world.listen(80, backlog: 2000)
        var accepted: [Stream] = []
        for port in 0..<UInt32(Limits.connections) {
            try world.send(.request, from: port, to: 80)
            _ = try world.receive()
            if let socket = try UnixSocket.accept(listener) {
                accepted.append(Stream(socket: socket, guestPort: port, hostPort: 80))
            }
        }
        #expect(accepted.count == Limits.connections)
        #expect(world.backEnd.device.connectionCount == Limits.connections)
        try world.send(.request, from: 60000, to: 80)
        _ = try world.receive(.reset)
        let refused = try world.dial("CONNECT 1\n")
        #expect(try refused.read(upTo: 10) == [])
        // One goes, one may come.
        try world.send(.reset, from: 0, to: 80)
        try world.send(.request, from: 60000, to: 80)
        _ = try world.receive(.response)
    }

    @Test("a guest that takes no resets gets no more packets served")
    func replies() throws {
        let world = try World(features: StreamTests.everything, queueSize: 256, receiveBuffers: 0)
        for port in 0..<200 as Range<UInt32> { try world.send(.data, from: port, to: 1) }
        #expect(world.backEnd.device.statistics.packetsFromGuest == UInt64(Limits.replies))
        world.fillReceiveRing(100)
        var resets = 0
        _ = try world.until {
            resets += try world.receive().count { $0.operation == .reset }
            return resets == 200
        }
        #expect(resets == 200)
    }

    @Test("a host service that does not accept does not hold the guest up")
    func fullBacklog() throws {
        let world = try World()
        let listener = try world.listen(80, backlog: 1)
        for port in 1...8 as ClosedRange<UInt32> { try world.send(.request, from: port, to: 80) }
        let operations = try world.receive().map(\.operation)
        #expect(operations.count { $0 == .response } >= 1)
        #expect(operations.count { $0 == .reset } >= 1)
        #expect(operations.count == 8)
        _ = listener.raw
    }

    @Test("one busy connection does not starve another")
    func fairness() throws {
        let world = try World(queueSize: 64)
        let busy = try world.connectFromHost(port: 1, window: .max)
        let quiet = try world.connectFromHost(port: 2)
        _ = try busy.socket.write([UInt8](repeating: 1, count: 150_000))
        try quiet.socket.writeAll([2])
        var ports: [UInt32] = []
        _ = try world.until {
            ports += try world.receive().map(\.header.destinationPort)
            return ports.contains(2)
        }
        let position = try #require(ports.firstIndex(of: 2))
        #expect(position <= Limits.buffersPerRead * 2)
    }
}
