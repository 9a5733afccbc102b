import AIUModel
import AIUSystem
import CLinux
import Glibc
import Testing

/// The ways to servers: by TCP to name servers, through one interface, over IPv6; and what is left of them.
struct ReachingTests {
    @Test("a name whose answer does not fit into a datagram is asked for by TCP")
    func longAnswer() throws {
        let origin = try Origin()
        let names = try TestNameServer(["a.example.org": [[127, 0, 0, 1]]], cut: true)
        let world = try World()
        try world.apply(
            #"{"resolver": "127.0.0.1:\#(names.port)"}"#, World.allowing("a.example.org", port: origin.port))
        #expect(try world.ask(RequestTests.get("a.example.org", origin.port)).hasSuffix("hello"))
    }

    @Test("with an interface, everything leaves by it or not at all")
    func interface() throws {
        let origin = try Origin()
        let world = try RequestTests.world("a.example.org")
        func vpn(_ name: String) -> String {
            World.allowing("a.example.org", port: origin.port).replacing(
                #""allowlist""#, with: #""vpn", "vpn_interface": "\#(name)""#)
        }
        try world.apply(vpn("lo"))
        #expect(try world.ask(RequestTests.get("a.example.org", origin.port)).hasSuffix("hello"))
        let asked = world.names.questions.count
        try world.apply(vpn("aiu-none0"))
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "502")
        // Not even the name was asked for by another way.
        #expect(world.names.questions.count == asked)
        #expect(origin.connectionCount == 1)
    }

    @Test("servers are reached over IPv6")
    func six() throws {
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        var port: UInt16 = 0
        let raw = unsafe aiu_internet_listen(loopback, 16, &port, 0)
        // A machine without IPv6 has nothing to test.
        guard raw >= 0 else { return }
        let listener = FileDescriptor(owning: raw)
        try listener.setNonBlocking(false)
        let world = try World(names: ["a.example.org": [loopback]])
        try world.apply(
            #"{"mode": "allowlist", "allow": [{"host": "a.example.org", "ports": [\#(port)], "addresses": ["::1"]}]}"#)
        let client = try world.client()
        try client.send(RequestTests.get("a.example.org", port))
        let server = FileDescriptor(owning: accept(listener.raw, nil, nil))
        #expect(try server.read(upTo: 4096)?.starts(with: Array("GET / HTTP/1.1\r\n".utf8)) == true)
        try server.writeAll(Array(Origin.usual.utf8))
        #expect(client.answer().hasSuffix("hello"))
    }

    @Test("a head that comes byte by byte has its time, and no more")
    func slow() throws {
        let world = try World(headTime: .seconds(1))
        try world.apply(#"{"mode": "isolated"}"#)
        let client = try world.client()
        let start = ContinuousClock.now
        while (try? client.send("G")) != nil, ContinuousClock.now - start < .seconds(8) { usleep(50_000) }
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("connections that break off at any point leave nothing behind")
    func brokenOff() throws {
        let origin = try Origin { text in
            text.hasSuffix("\r\n\r\n")
                ? "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "x", count: 100_000) : nil
        }
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let requests =
            [
                RequestTests.get("a.example.org", origin.port),
                "CONNECT a.example.org:\(origin.port) HTTP/1.1\r\nHost: a.example.org:\(origin.port)\r\n\r\n",
                "POST http://a.example.org:\(origin.port)/ HTTP/1.1\r\nHost: a.example.org:\(origin.port)\r\nContent-Length: 9\r\n\r\n123",
            ].map { Array($0.utf8) } + [[5, 1, 0, 5, 1, 0, 3, 13] + Array("a.example.org".utf8) + [0, 80]]
        var generator = SystemRandomNumberGenerator()
        for round in 0..<600 {
            let client = try world.client()
            let request = requests[round % requests.count]
            let cut = round % 2 == 0 ? request.count : Int.random(in: 0...request.count, using: &generator)
            try client.send(Array(request.prefix(cut)))
            if round % 3 == 0, round % 4 != 2, cut == request.count { _ = try? client.socket.read(upTo: 10) }
            if round % 5 == 0 { try world.apply(World.allowing("a.example.org", port: origin.port)) }
            // With the answer unread, closing resets the connection.
        }
        var left = try world.report().connections
        for _ in 0..<100 where left > 0 {
            usleep(50_000)
            left = try world.report().connections
        }
        #expect(left == 0)
        #expect(try world.ask(RequestTests.get("a.example.org", origin.port)).utf8.count > 100_000)
    }
}
