import AIUEgress
import AIUModel
import Testing

/// Questions of the guest: all answered by the host itself.
struct DNSTests {
    static func question(_ name: String, _ kind: UInt16, id: UInt16 = 7) -> [UInt8] {
        ResolverMessage.question(id: id, name: name, kind: kind)
    }

    /// Asks over a connection as the guest's stub does.
    static func ask(_ client: RawClient, _ message: [UInt8]) throws -> [UInt8] {
        try client.send([UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message)
        let length = client.read(2)
        return length.count == 2 ? client.read(Int(length[0]) << 8 | Int(length[1])) : []
    }

    static func ask(_ client: RawClient, _ name: String, _ kind: UInt16) throws -> [UInt8] {
        try ask(client, question(name, kind))
    }

    static func code(_ answer: [UInt8]) -> Int { answer.count > 3 ? Int(answer[3] & 15) : -1 }

    /// The IPv4 addresses of an answer of ours, which has one at most.
    static func addresses(_ answer: [UInt8]) -> [[UInt8]] {
        answer.count > 7 && answer[7] == 1 ? [Array(answer.suffix(4))] : []
    }

    private func world() throws -> World {
        let world = try World()
        try world.apply(
            #"{"mode": "allowlist", "allow": [{"host": "*.example.org"}], "deny": [{"host": "bad.example.org"}]}"#)
        return world
    }

    @Test("allowed names get an address that stands for them, and nobody is asked")
    func allowed() throws {
        let world = try world()
        let client = try RawClient(world.dnsPort)
        let one = Self.addresses(try Self.ask(client, "a.example.org", 1))
        let other = Self.addresses(try Self.ask(client, "b.example.org", 1))
        #expect(one.count == 1 && other.count == 1 && one != other)
        #expect(one == Self.addresses(try Self.ask(client, "A.EXAMPLE.org", 1)))
        #expect(one.first?.prefix(2) == [198, 18])
        // There are no others: a client goes on with what it has.
        for kind: UInt16 in [28, 65] {
            let answer = try Self.ask(client, "a.example.org", kind)
            #expect(Self.code(answer) == 0 && answer[7] == 0)
        }
        #expect(world.names.questions.isEmpty)
        _ = try world.report()
        #expect(world.decisions.contains { $0.kind == .name && $0.allowed && $0.host == "a.example.org" })
    }

    @Test(
        "everything else gets none, whatever it carries",
        arguments: [
            ("bad.example.org", 1, 3), ("evil.example", 1, 3), ("c2VjcmV0.evil.example", 1, 3), ("localhost", 1, 3),
            ("1.0.0.127.in-addr.arpa", 12, 3), ("a.example.org", 16, 5), ("a.example.org", 255, 5),
            ("a.example.org", 10, 5), ("a.example.org", 5, 5), ("a.example.org", 15, 5), ("a.example.org", 33, 5),
            ("a.example.org", 252, 5), ("evil.example", 16, 3), ("127.0.0.1", 1, 3), ("ex_filtrate.example.org", 1, 3),
        ])
    func refused(_ name: String, _ kind: UInt16, _ code: Int) throws {
        let world = try world()
        let answer = try Self.ask(try RawClient(world.dnsPort), name, kind)
        #expect(Self.code(answer) == code)
        #expect(answer.count > 7 && answer[7] == 0)
        #expect(world.names.questions.isEmpty)
    }

    @Test("malformed messages get an error or the end, and the next question its answer")
    func malformed() throws {
        let world = try world()
        let good = Self.question("a.example.org", 1)
        func changed(_ index: Int, _ value: UInt8) -> [UInt8] {
            var bytes = good
            bytes[index] = value
            return bytes
        }
        let client = try RawClient(world.dnsPort)
        for (message, code) in [
            (changed(2, 0x81), 1), (changed(2, 0x29), 4), (changed(5, 2), 1), (changed(5, 0), 1), (changed(7, 1), 1),
            (changed(9, 1), 1), (changed(11, 2), 1), (changed(12, 0xC0), 1), (changed(12, 64), 1), (changed(12, 63), 1),
            (Array(good.dropLast(3)), 1), (changed(good.count - 1, 3), 5), (changed(14, UInt8(ascii: ".")), 1),
        ] as [([UInt8], Int)] {
            #expect(Self.code(try Self.ask(client, message)) == code, "\(message)")
        }
        #expect(Self.addresses(try Self.ask(client, good)).count == 1)
        for length: [UInt8] in [[0, 0], [0, 5], [0xFF, 0xFF]] {
            let other = try RawClient(world.dnsPort)
            try other.send(length + good)
            #expect(other.isClosed)
        }
    }

    @Test("a flood of names is refused, and fills no log")
    func flood() throws {
        let world = try world()
        let client = try RawClient(world.dnsPort)
        let most = 3000
        var refused = 0
        for number in 0..<most + 50 {
            if Self.code(try Self.ask(client, "x\(number).evil.example", 1)) == 5 { refused += 1 }
            // The supervisor reads now and then; otherwise the proxy would wait for it.
            if number % 100 == 0 { _ = try world.report() }
        }
        #expect((40...50).contains(refused))
        _ = try world.report()
        #expect(world.decisions.count <= most + 5)
    }

    @Test("answers of name servers are believed only when they answer the question")
    func answers() {
        let question = Self.question("a.example.org", 1, id: 0x1234)
        let tail: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4]
        func answer(_ change: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
            var bytes = question + tail
            bytes[2] = 0x81
            bytes[3] = 0x80
            bytes[7] = 1
            change(&bytes)
            return bytes
        }
        let good = ResolverMessage.answer(answer(), to: question)
        #expect(good?.addresses == [IPAddress(v4: 0x0102_0304)])
        #expect(good?.seconds == 60)
        let wrong: [[UInt8]] = [
            answer { $0[0] = 0 }, answer { $0[2] = 1 }, answer { $0[5] = 2 }, answer { $0[14] = UInt8(ascii: "x") },
            answer { $0.removeLast() }, answer { $0[7] = 2 }, Array(answer().prefix(20)), [], [0x12],
        ]
        for bytes in wrong { #expect(ResolverMessage.answer(bytes, to: question) == nil) }
        // Records of another kind or length are no addresses.
        #expect(ResolverMessage.answer(answer { $0[question.count + 3] = 28 }, to: question)?.addresses == [])
        #expect(ResolverMessage.answer(answer { $0[2] = 0x83 }, to: question)?.isCut == true)
    }

    @Test("the host's name servers are read from its file")
    func file() {
        let text =
            "# comment\nsearch example.org\nnameserver 192.0.2.53\nnameserver\t2001:db8::53\nnameserver bad\noptions x\n"
        #expect(NameServers.read(text).map(\.description) == ["192.0.2.53:53", "[2001:db8::53]:53"])
    }
}
