import AIUSystem
import AIUVsock
import Glibc
import Testing

/// A guest and host programs that keep what they open and take nothing: what the back end holds stays bounded.
struct HostilePeerTests {
    @Test("a thousand connections that send and are never read are held to one total")
    func thousandUnread() throws {
        let world = try World(features: StreamTests.everything, queueSize: 256)
        let listener = try world.listen(80, backlog: 2000)
        var sockets: [Stream] = []
        for port in 0..<1000 as Range<UInt32> {
            try world.send(.request, from: port, to: 80)
            _ = try world.receive()
            if let socket = try UnixSocket.accept(listener) {
                sockets.append(Stream(socket: socket, guestPort: port, hostPort: 80))
            }
        }
        #expect(sockets.count == 1000)
        let before = try Self.resident()
        // Far more than any window: whoever ignores its window is reset, and what it sent is given back.
        let payload = [UInt8](repeating: 7, count: 60_000)
        for _ in 0..<6 {
            for socket in sockets { try world.send(.data, from: socket.guestPort, to: 80, payload: payload) }
            _ = try world.receive()
        }
        let statistics = world.backEnd.device.statistics
        #expect(statistics.bytesHeld <= Limits.totalWindow)
        #expect(try Self.resident() - before < Limits.totalWindow + (32 << 20))
        #expect(world.backEnd.device.connectionCount <= Limits.connections)
    }

    @Test("connections that the guest half-closes for ever are its own loss: the host can end each of them")
    func halfClosed() throws {
        let world = try World(features: StreamTests.everything, queueSize: 256)
        let listener = try world.listen(80, backlog: 200)
        var sockets: [Stream] = []
        for port in 0..<100 as Range<UInt32> {
            let stream = try world.connectFromGuest(listener, port: 80, guestPort: port)
            try world.send(.shutdown, from: port, to: 80, flags: .send)
            sockets.append(stream)
        }
        for stream in sockets { #expect(try stream.socket.read(upTo: 1) == []) }
        #expect(world.backEnd.device.connectionCount == 100)
        // No turn is spent on them while nothing happens.
        let start = ContinuousClock.now
        try world.backEnd.turn(waitingAtMost: .milliseconds(50))
        try world.backEnd.turn(waitingAtMost: .milliseconds(50))
        #expect(ContinuousClock.now - start >= .milliseconds(45))
        sockets = []
        // The guest does not answer; after the grace they are gone all the same.
        #expect(
            try world.until {
                _ = try world.receive()
                return world.backEnd.device.connectionCount == 0
            })
    }

    @Test("host programs that say nothing are let go, however many there are")
    func silentPrograms() throws {
        let world = try World()
        var sockets: [Stream] = []
        for number in 0..<200 as Range<UInt32> {
            sockets.append(Stream(socket: try world.dial(""), guestPort: number, hostPort: 0))
        }
        #expect(world.backEnd.device.statistics.connectionsRefused >= 200 - Limits.handshakes)
        #expect(
            try world.until {
                try sockets.allSatisfy { stream in
                    do { return try stream.socket.read(upTo: 1) == [] } catch let error as SystemError {
                        return error.code == .connectionReset
                    }
                }
            })
    }

    @Test("programs that besiege the console are told so, and the one that is attached is served")
    func siege() throws {
        let world = try World(running: false)
        let port = try world.port()
        let program = try world.attach()
        #expect(try world.text(of: program, count: 3) == "OK\n")
        let openFiles = try Files.names(in: "/proc/self/fd").count
        for _ in 0..<500 { _ = try world.attach() }
        try world.turn()
        #expect(try Files.names(in: "/proc/self/fd").count <= openFiles)
        try port.writeAll(Array("here".utf8))
        #expect(try world.text(of: program, count: 4) == "here")
    }

    private static func resident() throws -> Int {
        // AddressSanitizer keeps what is freed, so nothing can be measured.
        guard unsafe dlsym(nil, "__asan_init") == nil else { return 0 }
        let fields = String(decoding: try Files.read("/proc/self/statm"), as: UTF8.self).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
    }
}
