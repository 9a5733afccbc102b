import AIUSystem
import AIUVsock
import Testing

/// Nobody is sent more than it can hold.
struct FlowTests {
    @Test("a host program that does not read holds the guest up, within the window")
    func stalledReader() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try world.send(.creditRequest, from: stream.guestPort, to: stream.hostPort)
        let window = Int(try world.receive(.creditUpdate).header.bufferAllocation)
        #expect(window == Limits.largestWindow)
        var forwarded: UInt32 = 0
        var sent = 0
        let chunk = [UInt8](repeating: 1, count: 8192)
        while sent - Int(forwarded) + chunk.count <= window {
            try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: chunk)
            sent += chunk.count
            for packet in try world.receive() { forwarded = packet.header.forwardCount }
            try #require(sent < 8 << 20, "the window never closed")
        }
        #expect(world.backEnd.device.statistics.bytesHeld > 0)
        #expect(world.backEnd.device.statistics.bytesHeld <= window)

        var received = 0
        _ = try world.until {
            received += try stream.socket.read(upTo: 1 << 20)?.count ?? 0
            for packet in try world.receive() { forwarded = packet.header.forwardCount }
            return received == sent
        }
        #expect(received == sent)
        // The window is open again, and the guest knows.
        #expect(sent - Int(forwarded) <= window / 2)
        #expect(world.backEnd.device.statistics.bytesHeld == 0)
    }

    @Test("a guest that sends more than its window is reset")
    func overrun() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        let chunk = [UInt8](repeating: 1, count: 60000)
        for _ in 0..<20 { try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: chunk) }
        _ = try world.receive(.reset)
        #expect(world.backEnd.device.statistics.protocolErrors >= 1)
        #expect(world.backEnd.device.statistics.bytesHeld <= Limits.largestWindow)
    }

    @Test("a host program waits for the guest's credit, which is asked for once")
    func stalledGuest() throws {
        let world = try World()
        let stream = try world.connectFromHost(window: 10)
        try stream.socket.writeAll(Array(repeating: 5, count: 25))
        var packets = try world.receive()
        #expect(packets.map(\.operation) == [.data, .creditRequest])
        #expect(packets.first?.payload.count == 10)
        #expect(try world.receive().isEmpty)

        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort, window: 10, forwarded: 10)
        packets = try world.receive()
        #expect(packets.first?.payload.count == 10)

        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort, window: 3, forwarded: 12)
        #expect(try world.receive().isEmpty, "8 under way in a window that shrank to 3")
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort, window: 100, forwarded: 12)
        #expect(try world.receive(.data).payload.count == 5)
        #expect(world.backEnd.device.statistics.creditWaits >= 1)
    }

    @Test("a credit request is answered at once")
    func creditRequest() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: [1, 2, 3])
        try world.send(.creditRequest, from: stream.guestPort, to: stream.hostPort)
        let update = try world.receive(.creditUpdate)
        #expect(update.header.forwardCount == 3)
        #expect(update.header.bufferAllocation == UInt32(Limits.largestWindow))
    }

    @Test(
        "without receive buffers nothing is lost: the socket waits, and the guest is asked to say when there are some")
    func noBuffers() throws {
        let world = try World(features: StreamTests.everything, receiveBuffers: 2)
        let socket = try world.dial("CONNECT 1024\n")
        let request = try world.receive(refill: false)
        let port = try #require(request.first).header.sourcePort
        try world.send(.response, from: 1024, to: port)
        try socket.writeAll(Array(repeating: 1, count: 20000))
        #expect(try world.receive(refill: false).count == 1)
        #expect(try world.receive(refill: false).isEmpty)
        #expect(world.receiveRing.availableEvent == world.receiveRing.availableIndex)
        world.fillReceiveRing(8)
        var received = 4096
        for packet in try world.receive() { received += packet.payload.count }
        #expect(received == 20000)
    }

    @Test("windows shrink for later connections, so that all together stay within the limit")
    func windows() throws {
        let world = try World(queueSize: 256)
        var streams: [Stream] = []
        var total = 0
        for _ in 0..<200 {
            let socket = try world.dial("CONNECT 1\n")
            let request = try world.receive(.request)
            total += Int(request.header.bufferAllocation)
            #expect(Int(request.header.bufferAllocation) >= Limits.smallestWindow)
            streams.append(Stream(socket: socket, guestPort: 1, hostPort: request.header.sourcePort))
        }
        #expect(total + (Limits.connections - 200) * Limits.smallestWindow <= Limits.totalWindow)
    }
}
