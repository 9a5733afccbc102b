import AIUEgress
import AIUModel
import CLinux
import Glibc
import Testing

/// Ways round the rules that people have found in other proxies. After each, the forbidden server has heard nothing.
struct BypassTests {
    /// An allowed server and a forbidden one, both on this machine.
    struct Scene {
        let world: World
        let allowed: Origin
        let forbidden: Origin

        init() throws {
            allowed = try Origin()
            forbidden = try Origin()
            let here: [UInt8] = [127, 0, 0, 1]
            world = try World(names: [
                "a.example.org": [here], "evil.example.org": [here], "private.example.org": [[10, 0, 0, 1]],
                "home.example.org": [here], "meta.example.org": [[169, 254, 169, 254]],
                "mapped.example.org": [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1]],
                "six.example.org": [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
            ])
            let outside = ["private", "home", "meta", "mapped", "six"].map {
                #"{"host": "\#($0).example.org", "ports": [\#(forbidden.port)]}"#
            }.joined(separator: ",")
            let name = #"{"host": "a.example.org", "ports": [\#(allowed.port)], "addresses": ["127.0.0.0/8"]}"#
            try world.apply(#"{"mode": "allowlist", "allow": [\#(name), \#(outside)]}"#)
        }

        /// What was asked of the world must be heard by nobody, and be decided against.
        func expectNothingLeft(_ comment: Comment, _ location: SourceLocation = #_sourceLocation) throws {
            _ = try world.report()
            #expect(forbidden.received.isEmpty, comment, sourceLocation: location)
            #expect(forbidden.connectionCount == 0, comment, sourceLocation: location)
            #expect(world.decisions.contains { !$0.allowed }, comment, sourceLocation: location)
        }
    }

    static let hosts = [
        "evil.example.org", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1",
        "017700000001",
        "127.0.0.1.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "0.0.0.0", "0", "localhost",
        "localhost.", "a.example.org.evil.example.org", "evil.example.org.", "EVIL.example.org",
        "a.example.org\u{2024}evil",
        "127。0。0。1", "ⓛocalhost", "xn--lcalhost-1jg", "a.example.org%00.evil.example.org", "private.example.org",
        "home.example.org", "meta.example.org", "mapped.example.org", "six.example.org", "a.example.org@127.0.0.1",
        "127.0.0.1#a.example.org", "127.0.0.1?a.example.org", "127.0.0.1\\a.example.org", "sub.a.example.org",
    ]

    @Test("no spelling of a forbidden host is let through", arguments: hosts)
    func host(_ host: String) throws {
        let scene = try Scene()
        let port = scene.forbidden.port
        for text in [
            "GET http://\(host):\(port)/ HTTP/1.1\r\nHost: \(host):\(port)\r\n\r\n",
            "GET http://\(host):\(port)/ HTTP/1.0\r\n\r\n",
            "CONNECT \(host):\(port) HTTP/1.1\r\nHost: \(host):\(port)\r\n\r\n",
        ] {
            let status = try scene.world.status(text)
            #expect(["400", "403"].contains(status), "\(text) → \(status)")
        }
        let client = try scene.world.client()
        try client.send([5, 1, 0])
        #expect(client.read(2) == [5, 0])
        let name = Array(host.utf8)
        try client.send([5, 1, 0, 3, UInt8(name.count)] + name + [UInt8(port >> 8), UInt8(port & 0xFF)])
        #expect(client.read(10).dropFirst().first == 2)
        try scene.expectNothingLeft("\(host)")
    }

    @Test("SOCKS goes nowhere by a raw address, by UDP, by waiting, or with a password")
    func socks() throws {
        let scene = try Scene()
        let port = [UInt8(scene.forbidden.port >> 8), UInt8(scene.forbidden.port & 0xFF)]
        let loopback6 = [UInt8](repeating: 0, count: 15) + [1]
        for (request, code) in [
            ([5, 1, 0, 1, 127, 0, 0, 1] + port, 2), ([5, 1, 0, 4] + loopback6 + port, 2),
            ([5, 3, 0, 1, 127, 0, 0, 1] + port, 7), ([5, 2, 0, 1, 127, 0, 0, 1] + port, 7),
            ([5, 1, 0, 9, 127, 0, 0, 1] + port, 8), ([5, 1, 0, 1, 127, 0, 0, 1, 0, 0], 1),
            ([5, 1, 7, 1, 127, 0, 0, 1] + port, 1), ([4, 1, 0, 1, 127, 0, 0, 1] + port, 1),
        ] as [([UInt8], UInt8)] {
            let client = try scene.world.client()
            try client.send([5, 1, 0])
            #expect(client.read(2) == [5, 0])
            try client.send(request)
            #expect(client.read(10).dropFirst().first == code)
        }
        let client = try scene.world.client()
        try client.send([5, 1, 2])
        #expect(client.read(2) == [5, 0xFF])
        let old = try scene.world.client()
        try old.send([4, 1] + port + [127, 0, 0, 1, 0])
        #expect(!old.readToEnd().utf8.starts(with: [0, 90]))
        try scene.expectNothingLeft("SOCKS")
    }

    static let smuggled = [
        // Each hides a second request, which a server might take for one of its own.
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: xchunked\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: chunked\r\n\r\n100000000000000000\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: chunked\r\n\r\n0;\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: chunked\r\n\r\n0\n\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "POST http://A/ HTTP/1.1\r\nHost: A\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: E\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "GET http://A/ HTTP/1.1\r\nHost: A\r\nX: y\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "GET http://A/ HTTP/1.1\r\nHost: A\r\nX: y\r\rGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "GET http://A/ HTTP/1.1\r\nHost: E\r\n\r\n", "GET http://A/ HTTP/1.1\r\nHost: A\r\nHost: E\r\n\r\n",
        "GET http://E/ HTTP/1.1\r\nHost: A\r\n\r\n", "GET http://A@E/ HTTP/1.1\r\nHost: A\r\n\r\n",
        "GET http://A/ HTTP/1.1\r\nHost: A\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "GET http://A/ HTTP/1.1\r\nHost: A\r\n\r\nGET http://E/ HTTP/1.1\r\nHost: E\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET http://A/ HTTP/0.9\r\n\r\n", "GET http://A/\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: A\r\n\r\n",
    ]

    @Test("no second request hides in a first one", arguments: smuggled)
    func smuggling(_ text: String) throws {
        let scene = try Scene()
        let client = try scene.world.client()
        try client.send(
            text.replacing("//A", with: "//a.example.org:\(scene.allowed.port)")
                .replacing(": A\r", with: ": a.example.org:\(scene.allowed.port)\r")
                .replacing("@E/", with: "@127.0.0.1:\(scene.forbidden.port)/")
                .replacing("//E", with: "//evil.example.org:\(scene.forbidden.port)")
                .replacing(": E\r", with: ": evil.example.org:\(scene.forbidden.port)\r"))
        client.end()
        _ = client.readToEnd()
        #expect(!scene.allowed.received.contains("evil"))
        try scene.expectNothingLeft("\(text)")
    }

    @Test("a redirect is only words: the next request is decided like the first")
    func redirect() throws {
        let scene = try Scene()
        let evil = "http://evil.example.org:\(scene.forbidden.port)/"
        let origin = try Origin {
            $0.hasSuffix("\r\n\r\n") ? "HTTP/1.1 302 Found\r\nLocation: \(evil)\r\nContent-Length: 0\r\n\r\n" : nil
        }
        try scene.world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try scene.world.client()
        try client.send(RequestTests.get("a.example.org", origin.port))
        #expect(client.answer().contains("302"))
        try client.send(RequestTests.get("evil.example.org", scene.forbidden.port))
        #expect(client.answer().hasPrefix("HTTP/1.1 403"))
        try scene.expectNothingLeft("redirect")
    }

    @Test("a name that leads elsewhere between two questions is checked at each connection")
    func rebinding() throws {
        let scene = try Scene()
        let world = scene.world
        let origin = try Origin {
            $0.hasSuffix("\r\n\r\n") ? "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok" : nil
        }
        // 127.0.0.1 is allowed, 127.0.0.2 is not.
        try world.apply(
            #"{"mode": "allowlist", "allow": [{"host": "a.example.org", "ports": [\#(origin.port)], "addresses": ["127.0.0.1"]}]}"#
        )
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "200")
        world.names.set("a.example.org", [[127, 0, 0, 2]])
        // The first answer is kept for the second that it says.
        let before = origin.connectionCount
        usleep(1_100_000)
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "403")
        #expect(origin.connectionCount == before)
        // Of several addresses, only the allowed ones are tried.
        world.names.set("a.example.org", [[10, 0, 0, 1], [127, 0, 0, 1]])
        usleep(1_100_000)
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "200")
    }

    @Test("very slow and endless heads are given up")
    func slow() throws {
        let scene = try Scene()
        let client = try scene.world.client()
        try client.send("GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org\r\n")
        var sent = 0
        while sent < 2 * EgressLimits.headBytes, (try? client.send("X-\(sent): y\r\n")) != nil { sent += 12 }
        #expect(client.readToEnd().hasPrefix("HTTP/1.1 400"))
        let binary = try scene.world.client()
        try binary.send([0, 1, 2, 3])
        _ = binary.readToEnd()
        #expect(scene.allowed.received.isEmpty)
    }
}
