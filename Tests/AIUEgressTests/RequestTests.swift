import AIUModel
import Testing

/// Requests through the proxy, to servers of the test.
struct RequestTests {
    static func get(_ host: String, _ port: UInt16, _ path: String = "/", _ fields: String = "") -> String {
        "GET http://\(host):\(port)\(path) HTTP/1.1\r\nHost: \(host):\(port)\r\n\(fields)\r\n"
    }

    static func world(_ names: String...) throws -> World {
        try World(names: Dictionary(uniqueKeysWithValues: names.map { ($0, [[127, 0, 0, 1]]) }))
    }

    @Test("a request reaches its server without what is between guest and proxy only")
    func through() throws {
        let origin = try Origin()
        let world = try Self.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let fields =
            "X-Kept: 1\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\nConnection: X-Dropped\r\nX-Dropped: 1\r\n"
        let answer = try world.ask(Self.get("a.example.org", origin.port, "/p?q=1", fields))
        #expect(answer.hasSuffix("\r\n\r\nhello"))
        #expect(origin.received == "GET /p?q=1 HTTP/1.1\r\nHost: a.example.org:\(origin.port)\r\nX-Kept: 1\r\n\r\n")
        _ = try world.report()
        let decision = try #require(world.decisions.first)
        #expect(decision.allowed && decision.kind == .request && decision.path == "/p" && decision.policyVersion == 3)
        #expect(decision.rule == "allow a.example.org:\(origin.port) at 127.0.0.0/8")
        #expect(decision.address == "127.0.0.1")
    }

    @Test("connections are kept on both sides, and requests in a row are answered in order")
    func kept() throws {
        let origin = try Origin { text in
            guard let end = text.range(of: "\r\n\r\n") else { return nil }
            let path = String(text[..<end.lowerBound].dropFirst(4).prefix { $0 != " " })
            return "HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)"
        }
        let world = try Self.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try world.client()
        try client.send((1...20).map { Self.get("a.example.org", origin.port, "/\($0)") }.joined())
        for number in 1...20 { #expect(client.answer().hasSuffix("\r\n\r\n/\(number)")) }
        #expect(origin.connectionCount == 1)
    }

    @Test(
        "bodies go both ways, whole, however they are cut",
        arguments: [
            "Content-Length: 11\r\n\r\nhello world",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        ])
    func bodies(_ body: String) throws {
        let origin = try Origin { text in
            guard text.hasSuffix("world") || text.hasSuffix("0\r\n\r\n") else { return nil }
            return
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        }
        let world = try Self.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try world.client()
        let text =
            "POST http://a.example.org:\(origin.port)/ HTTP/1.1\r\nHost: a.example.org:\(origin.port)\r\nConnection: close\r\n\(body)"
        for byte in text.utf8 { try client.send([byte]) }
        let answer = client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"))
        #expect(answer.hasSuffix("3\r\nabc\r\n0\r\n\r\n"))
        #expect(origin.received.hasSuffix(body))
    }

    @Test("a large answer comes whole to a guest that reads slowly")
    func large() throws {
        let length = 8 << 20
        let origin = try Origin { text in
            text.hasSuffix("\r\n\r\n")
                ? "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n" + String(repeating: "x", count: length) : nil
        }
        let world = try Self.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try world.client()
        try client.send(Self.get("a.example.org", origin.port, "/", "Connection: close\r\n"))
        #expect(client.answer().utf8.count > length)
    }

    @Test(
        "an answer that could be read as two is none",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nX: y\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            "HTTP/1.1 2000 OK\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
            "ICY 200 OK\r\n\r\n",
        ])
    func answers(_ text: String) throws {
        let origin = try Origin { $0.hasSuffix("\r\n\r\n") ? text : nil }
        let world = try Self.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        #expect(try world.status(Self.get("a.example.org", origin.port)) == "502")
    }

    @Test("an answer that ends too early, or says too much, ends the guest's connection")
    func broken() throws {
        let world = try Self.world("a.example.org")
        for body in [
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n",
        ] {
            let origin = try Origin { $0.hasSuffix("\r\n\r\n") ? "HTTP/1.1 200 OK\r\n" + body : nil }
            try world.apply(World.allowing("a.example.org", port: origin.port))
            let client = try world.client()
            try client.send(Self.get("a.example.org", origin.port))
            #expect(client.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
        // A second answer that nobody asked for is not the answer to the next question.
        let origin = try Origin {
            $0.hasSuffix("\r\n\r\n") ? Origin.usual + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : nil
        }
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try world.client()
        for _ in 1...3 {
            try client.send(Self.get("a.example.org", origin.port))
            #expect(client.answer().hasSuffix("hello"))
        }
    }

    @Test("a server that is not there, or a name that is none, is said")
    func absent() throws {
        let world = try Self.world("a.example.org")
        try world.apply(World.allowing("a.example.org", "b.example.org", port: 9))
        #expect(try world.ask(Self.get("a.example.org", 9)).contains("Connection refused"))
        #expect(try world.ask(Self.get("b.example.org", 9)).contains("there is no such name"))
    }

    @Test("a connection that its server closed meanwhile is made anew")
    func retried() throws {
        let origin = try Origin { text in
            guard text.hasSuffix("\r\n\r\n") else { return nil }
            return text.contains("/close") ? "" : Origin.usual
        }
        let world = try Self.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try world.client()
        try client.send(Self.get("a.example.org", origin.port))
        #expect(client.answer().hasSuffix("hello"))
        // It closes on the kept connection, and again on the new one: once is tried, not for ever.
        try client.send(Self.get("a.example.org", origin.port, "/close"))
        #expect(client.answer().hasPrefix("HTTP/1.1 502"))
        #expect(origin.connectionCount == 2)
    }

    @Test("services of the host are reached by their names, and by nothing else")
    func services() throws {
        let origin = try Origin()
        let world = try Self.world()
        try world.apply(
            #"{"mode": "local", "services": [{"name": "wiki", "address": "127.0.0.1", "port": \#(origin.port)}]}"#)
        let wiki = "GET http://wiki.local/ HTTP/1.1\r\nHost: wiki.local\r\n\r\n"
        #expect(try world.ask(wiki).hasSuffix("hello"))
        #expect(try world.status(Self.get("127.0.0.1", origin.port)) == "403")
        #expect(try world.status(Self.get("a.example.org", origin.port)) == "403")
        #expect(world.names.questions.isEmpty)
    }
}
