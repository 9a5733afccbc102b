import AIUSystem
import AIUVsock
import Glibc
import Testing

/// Connections that end, in each of the ways in which they can.
struct ShutdownTests {
    @Test("the host program sends its end of stream, and still receives")
    func hostHalfClose() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try stream.socket.writeAll([1, 2, 3])
        shutdown(stream.socket.raw, Int32(SHUT_WR))
        let packets = try world.receive()
        #expect(packets.map(\.operation) == [.data, .shutdown])
        #expect(packets.last?.header.flags == ShutdownFlags.send.rawValue)
        try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: [4, 5])
        #expect(try stream.socket.read(upTo: 10) == [4, 5])
    }

    @Test("the guest sends its end of stream, and still receives")
    func guestHalfClose() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: [1])
        try world.send(.shutdown, from: stream.guestPort, to: stream.hostPort, flags: .send)
        #expect(try stream.socket.read(upTo: 10) == [1])
        #expect(try stream.socket.read(upTo: 10) == [])
        try stream.socket.writeAll([9])
        #expect(try world.receive(.data).payload == [9])
        // Now the host program ends too: everything is over.
        shutdown(stream.socket.raw, Int32(SHUT_WR))
        #expect(try world.receive(.shutdown).header.flags == ShutdownFlags.both.rawValue)
        try world.send(.reset, from: stream.guestPort, to: stream.hostPort)
        #expect(world.backEnd.device.connectionCount == 0)
    }

    @Test("the guest takes no more: the host program cannot write")
    func guestRefuses() throws {
        signal(SIGPIPE, SIG_IGN)
        let world = try World()
        let stream = try world.connectFromHost()
        try world.send(.shutdown, from: stream.guestPort, to: stream.hostPort, flags: .receive)
        #expect(throws: SystemError.self) { try stream.socket.writeAll([1]) }
        try world.send(.data, from: stream.guestPort, to: stream.hostPort, payload: [7])
        #expect(try stream.socket.read(upTo: 10) == [7])
    }

    @Test("the guest closes: a reset answers, and the host program reads everything first")
    func guestCloses() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        // More than the socket takes, so that some of it waits in the back end.
        var sent = 0
        while world.backEnd.device.statistics.bytesHeld == 0 {
            try world.send(
                .data, from: stream.guestPort, to: stream.hostPort, payload: Array(repeating: 3, count: 32000))
            sent += 32000
            try #require(sent < 4 << 20)
        }
        try world.send(.shutdown, from: stream.guestPort, to: stream.hostPort, flags: .both)
        _ = try world.receive(.reset)
        #expect(world.backEnd.device.connectionCount == 1, "what the guest sent is still on its way")
        var received = 0
        let done = try world.until {
            guard let part = try stream.socket.read(upTo: 64 << 10) else { return false }
            received += part.count
            return part.isEmpty
        }
        #expect(done)
        #expect(received == sent)
        #expect(try world.until { world.backEnd.device.connectionCount == 0 })
    }

    @Test("a guest that closes without reading everything ends the stream, it does not break it")
    func guestClosesUnread() throws {
        let world = try World(receiveBuffers: 2)
        let socket = try world.dial("CONNECT 1024\n")
        let port = try #require(try world.receive(refill: false).first).header.sourcePort
        try world.send(.response, from: 1024, to: port)
        try socket.writeAll(Array(repeating: 1, count: 100_000))
        try world.send(.data, from: 1024, to: port, payload: [9])
        try world.send(.shutdown, from: 1024, to: port, flags: .both)
        #expect(try socket.read(upTo: 64) == Array("OK \(port)\n".utf8) + [9])
        #expect(try socket.read(upTo: 64) == [])
    }

    @Test("the host program closes: the guest is told, and a guest that does not answer is reset")
    func hostCloses() throws {
        let world = try World()
        var stream: Stream? = try world.connectFromHost()
        try stream?.socket.writeAll([1, 2])
        stream = nil
        let packets = try world.receive()
        #expect(packets.map(\.operation) == [.data, .shutdown])
        #expect(packets.last?.header.flags == ShutdownFlags.both.rawValue)
        _ = try world.receive(.reset)
        #expect(world.backEnd.device.connectionCount == 0)
    }

    @Test("the host program closes while the guest sends: the rest is thrown away and no credit is lost")
    func hostClosesEarly() throws {
        let world = try World()
        var stream: Stream? = try world.connectFromHost()
        let port = try #require(stream?.hostPort)
        try world.send(.data, from: 1024, to: port, payload: [1])
        stream = nil
        try world.turn()
        for _ in 0..<40 { try world.send(.data, from: 1024, to: port, payload: Array(repeating: 1, count: 10000)) }
        #expect(world.backEnd.device.statistics.protocolErrors == 0)
        #expect(world.backEnd.device.statistics.bytesHeld == 0)
    }

    @Test("a reset from the guest ends the connection and is not answered")
    func guestResets() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try world.send(.reset, from: stream.guestPort, to: stream.hostPort)
        #expect(try stream.socket.read(upTo: 10) == [])
        #expect(try world.receive().isEmpty)
        #expect(world.backEnd.device.connectionCount == 0)
    }

    @Test("a host program that leaves before the guest has answered takes its request back")
    func leavesWhileConnecting() throws {
        let world = try World()
        var socket: FileDescriptor? = try world.dial("CONNECT 5\n")
        let request = try world.receive(.request)
        _ = socket.take()
        socket = nil
        _ = try world.receive(.reset)
        // The answer that crossed the reset belongs to no connection.
        try world.send(.response, from: 5, to: request.header.sourcePort)
        _ = try world.receive(.reset)
        #expect(world.backEnd.device.connectionCount == 0)
    }

    @Test("QEMU leaves: the back end is done, and host programs are told")
    func frontEndLeaves() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        try world.dropFrontEnd()
        #expect(world.backEnd.outcome == .frontEndLeft)
        #expect(try stream.socket.read(upTo: 10) == [])
    }
}
