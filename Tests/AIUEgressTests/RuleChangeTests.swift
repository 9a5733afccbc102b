import AIUModel
import AIUSystem
import Glibc
import Testing

/// Limits, changes while connections stand, and a supervisor that does not listen.
struct RuleChangeTests {
    @Test("connections that new rules no longer allow are cut at once, others are not")
    func cut() throws {
        let origin = try Origin { $0.hasSuffix("never") ? "" : $0 }
        let world = try RequestTests.world("a.example.org", "b.example.org")
        let both = World.allowing("a.example.org", "b.example.org", port: origin.port, extra: #", "raw": true"#)
        try world.apply(both)
        func tunnel(_ host: String) throws -> RawClient {
            let client = try world.client()
            try client.send("CONNECT \(host):\(origin.port) HTTP/1.1\r\nHost: \(host):\(origin.port)\r\n\r\n")
            #expect(client.answer().contains(" 200 "))
            try client.send("x")
            #expect(client.read(1) == [UInt8(ascii: "x")])
            return client
        }
        let a = try tunnel("a.example.org")
        let b = try tunnel("b.example.org")
        #expect(try world.apply(both) == 0)
        let start = ContinuousClock.now
        let only = World.allowing("b.example.org", port: origin.port, extra: #", "raw": true"#)
        #expect(try world.apply(only) == 1)
        #expect(a.isClosed)
        #expect(ContinuousClock.now - start < .seconds(1))
        try b.send("y")
        #expect(b.read(1) == [UInt8(ascii: "y")])
        _ = try world.report()
        #expect(world.decisions.contains { $0.kind == .cut && $0.host == "a.example.org" })
        // What may go on, but only when its requests are read, does not go on unread.
        let read = World.allowing("b.example.org", port: origin.port, extra: #", "methods": ["GET"]"#)
        #expect(try world.apply(read) == 1)
        #expect(b.isClosed)
    }

    @Test("a request under way is cut, too, and so is one that waits for its server")
    func requests() throws {
        let origin = try Origin { _ in nil }
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let client = try world.client()
        try client.send(RequestTests.get("a.example.org", origin.port))
        while origin.received.isEmpty { usleep(1000) }
        #expect(try world.apply(#"{"mode": "isolated"}"#) == 1)
        #expect(client.isClosed)
    }

    @Test("rules that cannot be read change nothing")
    func nonsense() throws {
        let origin = try Origin()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        let allow = NetworkRules(mode: .open, deny: [NetworkRule(host: .any)])
        var bad = EgressRules(sequence: 99, policyVersion: 1, layers: [.init(scope: "x", rules: allow)])
        bad.layers[0].rules.allow = [NetworkRule(host: .any), NetworkRule(host: .any)]
        try world.tell(.rules(bad))
        _ = try world.report()
        #expect(world.refusals.count == 1)
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "200")
    }

    @Test("requests above the minute's number, and connections above their number, are refused")
    func limits() throws {
        let origin = try Origin()
        let world = try RequestTests.world("a.example.org")
        try world.apply(
            World.allowing("a.example.org", port: origin.port),
            #"{"limits": {"requests_per_minute": 3, "connections": 2}}"#)
        let client = try world.client()
        for expected in ["200", "200", "200", "429", "429"] {
            try client.send(RequestTests.get("a.example.org", origin.port))
            #expect(client.answer().dropFirst(9).prefix(3) == expected)
        }
        let second = try world.client()
        let third = try world.client()
        #expect(third.isClosed)
        try second.send("x")
        _ = try world.report()
        #expect(world.decisions.contains { $0.rule.contains("connections already") })
    }

    @Test("the day's bytes end everything, also what is under way, and are kept over a restart")
    func quota() throws {
        let origin = try Origin {
            $0.hasSuffix("\r\n\r\n")
                ? "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + String(repeating: "x", count: 4_000_000) : nil
        }
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port), #"{"limits": {"bytes_per_day": "1MB"}}"#)
        let client = try world.client()
        try client.send(RequestTests.get("a.example.org", origin.port))
        let got = client.readToEnd().utf8.count
        #expect(got > 500_000 && got < 1_500_000)
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "429")
        let counters = try world.report()
        #expect(counters.bytesToday >= 1 << 20 && counters.denied >= 1)
        let next = try RequestTests.world("a.example.org")
        try next.tell(.resume(counters))
        try next.apply(World.allowing("a.example.org", port: origin.port), #"{"limits": {"bytes_per_day": "1MB"}}"#)
        #expect(try next.status(RequestTests.get("a.example.org", origin.port)) == "429")
        // Another day has bytes of its own.
        var earlier = counters
        earlier.day -= 1
        let tomorrow = try RequestTests.world("a.example.org")
        try tomorrow.tell(.resume(earlier))
        try tomorrow.apply(World.allowing("a.example.org", port: origin.port), #"{"limits": {"bytes_per_day": "1MB"}}"#)
        #expect(try tomorrow.status(RequestTests.get("a.example.org", origin.port)) == "200")
        #expect(try tomorrow.report().day == counters.day)
    }

    @Test("what went past the proxy, by a network card, is of the same day's bytes")
    func past() throws {
        let origin = try Origin()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port), #"{"limits": {"bytes_per_day": "1MB"}}"#)
        try world.tell(.spent(CardUse(toGuest: 500_000, fromGuest: 5)))
        let counters = try world.report()
        #expect(counters.bytesToGuest == 500_000 && counters.bytesFromGuest == 5 && counters.bytesToday == 500_005)
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "200")
        try world.tell(.spent(CardUse(toGuest: 600_000, fromGuest: 0)))
        #expect(try world.status(RequestTests.get("a.example.org", origin.port)) == "429")
    }

    @Test("without anybody who takes the reports, nothing is let through; then everything goes on")
    func deafSupervisor() throws {
        let origin = try Origin()
        let world = try RequestTests.world("a.example.org")
        try world.apply(World.allowing("a.example.org", port: origin.port))
        // Until the socket to the supervisor is full.
        let limit = 20_000
        let client = try world.client()
        var sent = 0
        var answered = 0
        try client.socket.setNonBlocking()
        let request = Array(
            RequestTests.get("a.example.org", origin.port, "/\(String(repeating: "p", count: 900))").utf8)
        var quiet = 0
        while answered < limit, quiet < 200 {
            if sent - answered < 20, (try? client.socket.write(request)) != nil { sent += 1 }
            guard let bytes = try client.socket.read(upTo: 65536) else {
                quiet += 1
                usleep(2000)
                continue
            }
            quiet = 0
            answered += String(decoding: bytes, as: UTF8.self).components("HTTP/1.1 200").count - 1
        }
        #expect(answered < limit)
        let before = origin.received.utf8.count
        usleep(100_000)
        #expect(origin.received.utf8.count == before)
        // Hearing it all lets it go on.
        _ = try world.report()
        usleep(200_000)
        _ = try world.report()
        #expect(origin.received.utf8.count > before)
    }
}

extension String {
    func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
