import AIUEgress
import AIUModel
import AIUSystem
import Glibc
import Testing

/// Tunnels: whom they may lead to, and what may go through them.
struct TunnelTests {
    /// A server that sends back what it gets.
    private func echo() throws -> Origin { try Origin { $0 } }

    private func connect(_ world: World, _ host: String, _ port: UInt16) throws -> RawClient {
        let client = try world.client()
        try client.send("CONNECT \(host):\(port) HTTP/1.1\r\nHost: \(host):\(port)\r\n\r\n")
        return client
    }

    private static let established = "HTTP/1.1 200 Connection established\r\n\r\n"

    @Test("TLS to the host that was named goes through, both ways and to both ends", arguments: [1, 3])
    func through(_ pieces: Int) throws {
        let origin = try echo()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try connect(world, "a.example.org", origin.port)
        #expect(client.answer() == Self.established)
        let hello = Hello(pieces: pieces).bytes
        for byte in hello { try client.send([byte]) }
        #expect(client.read(hello.count) == hello)
        try client.send("more")
        client.end()
        #expect(client.readToEnd() == "more")
        #expect(origin.received == String(decoding: hello, as: UTF8.self) + "more")
    }

    static let forbidden: [(String, [UInt8])] = [
        ("another name", Hello(names: ["evil.example.org"]).bytes), ("no name", Hello(names: []).bytes),
        ("two names", Hello(names: ["a.example.org", "evil.example.org"]).bytes),
        ("a hidden name", Hello(isHidden: true).bytes), ("an address", Hello(names: ["127.0.0.1"]).bytes),
        ("a name with a zero byte", Hello(names: ["a.example.org\0.evil.example.org"]).bytes),
        ("SSH", Array("SSH-2.0-OpenSSH_9\r\n".utf8)), ("nothing known", [0xDE, 0xAD, 0xBE, 0xEF]),
        ("SOCKS", [5, 1, 0]), ("an old hello", [0x80, 0x2E, 1, 3, 1, 0, 0, 0, 0]),
        (
            "more than the hello in its record",
            { () -> [UInt8] in
                var bytes = Hello().bytes
                bytes[4] += 1
                return bytes + [0]
            }()
        ),
        ("another request", Array("GET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n".utf8)),
        (
            "another request in full",
            Array("GET http://evil.example.org/ HTTP/1.1\r\nHost: evil.example.org\r\n\r\n".utf8)
        ),
        (
            "a tunnel in the tunnel",
            Array("CONNECT evil.example.org:443 HTTP/1.1\r\nHost: evil.example.org:443\r\n\r\n".utf8)
        ),
        ("a request without a host", Array("GET / HTTP/1.1\r\n\r\n".utf8)),
    ]

    @Test("nothing else does: the server hears none of it", arguments: forbidden)
    func refused(_ what: String, _ bytes: [UInt8]) throws {
        let origin = try echo()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try connect(world, "a.example.org", origin.port)
        #expect(client.answer() == Self.established)
        try client.send(bytes)
        let answer = client.readToEnd()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"), "\(what): \(answer)")
        #expect(origin.received.isEmpty, "\(what)")
        _ = try world.report()
        #expect(world.decisions.contains { !$0.allowed }, "\(what)")
    }

    @Test("a request in a tunnel without TLS is decided like any other")
    func plain() throws {
        let origin = try Origin()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port, extra: #", "paths": ["/yes"]"#))
        let client = try connect(world, "a.example.org", origin.port)
        #expect(client.answer() == Self.established)
        try client.send("GET /yes HTTP/1.1\r\nHost: a.example.org:\(origin.port)\r\n\r\n")
        #expect(client.answer().hasSuffix("hello"))
        try client.send("GET /no HTTP/1.1\r\nHost: a.example.org:\(origin.port)\r\n\r\n")
        #expect(client.answer().hasPrefix("HTTP/1.1 403"))
        #expect(!origin.received.contains("/no"))
    }

    @Test("a port that no rule names is no port")
    func port() throws {
        let origin = try echo()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: 443))
        let client = try connect(world, "a.example.org", origin.port)
        let answer = client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 403"))
        #expect(answer.contains("not to port \(origin.port)"))
        #expect(origin.connectionCount == 0)
    }

    @Test("a rule for any protocol lets any through, also one in which the server speaks first")
    func raw() throws {
        let origin = try echo()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port, extra: #", "raw": true"#))
        let client = try connect(world, "a.example.org", origin.port)
        #expect(client.answer() == Self.established)
        try client.send("anything\n")
        #expect(client.read(9) == Array("anything\n".utf8))
    }

    @Test("much goes through a tunnel to readers that are slow, whole and in both directions")
    func much() throws {
        let length = 24 << 20
        let origin = try Origin { $0 }
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port, extra: #", "raw": true"#))
        let client = try connect(world, "a.example.org", origin.port)
        #expect(client.answer() == Self.established)
        let piece = [UInt8](repeating: UInt8(ascii: "y"), count: 1 << 20)
        let raw = client.socket.raw
        let writer = Thread {
            var sent = 0
            while sent < length {
                let count = unsafe Glibc.write(raw, piece, min(piece.count, length - sent))
                guard count > 0 else { break }
                sent += count
            }
            shutdown(raw, Int32(SHUT_WR))
        }
        usleep(200_000)
        #expect(client.read(length).count == length)
        writer.join()
        #expect(client.isClosed)
    }

    @Test("what a server said before it closed reaches a reader that comes later", arguments: [1, 3, 5, 7])
    func lateReader(megabytes: Int) throws {
        let answer = String(repeating: "y", count: megabytes << 20)
        // Closes after everything was said, with the client's end read before.
        let origin = try Origin { $0.isEmpty ? nil : answer }
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port, extra: #", "raw": true"#))
        let client = try connect(world, "a.example.org", origin.port)
        #expect(client.answer() == Self.established)
        try client.send("all of it\n")
        client.end()
        usleep(400_000)
        #expect(client.read(answer.utf8.count).count == answer.utf8.count)
        #expect(client.isClosed)
    }

    @Test("SOCKS reaches allowed names, and addresses that stand for them")
    func socks() throws {
        let origin = try echo()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let port = [UInt8(origin.port >> 8), UInt8(origin.port & 0xFF)]
        let dns = try RawClient(world.dnsPort)
        let address = DNSTests.addresses(try DNSTests.ask(dns, "a.example.org", 1))
        #expect(address.count == 1)
        for request in [
            [5, 1, 0, 3, 13] + Array("a.example.org".utf8) + port, [5, 1, 0, 1] + (address.first ?? []) + port,
        ] as [[UInt8]] {
            let client = try world.client()
            try client.send([5, 1, 0] + request)
            #expect(client.read(2) == [5, 0])
            #expect(client.read(10).dropFirst().first == 0)
            let hello = Hello().bytes
            try client.send(hello)
            #expect(client.read(hello.count) == hello)
        }
    }
}
