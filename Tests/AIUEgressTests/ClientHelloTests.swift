import AIUEgress
import Testing

/// Whom the first message of TLS names.
struct ClientHelloTests {
    @Test("a name is found, in however many records", arguments: [1, 2, 5])
    func name(_ pieces: Int) throws {
        let hello = try #require(try ClientHello(Hello(pieces: pieces).bytes))
        #expect(hello.serverName == Array("a.example.org".utf8))
        #expect(!hello.hidesName)
        #expect(try ClientHello(Hello(names: []).bytes)?.serverName == nil)
        #expect(try ClientHello(Hello(isHidden: true).bytes)?.hidesName == true)
    }

    @Test("one that is not whole is waited for")
    func partial() throws {
        let bytes = Hello().bytes
        for count in 0..<bytes.count { #expect(try ClientHello(bytes.prefix(count)) == nil) }
    }

    @Test("what is none is refused")
    func refused() {
        let good = Hello().bytes
        func changed(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
            var bytes = good
            change(&bytes)
            return bytes
        }
        let bad: [(String, [UInt8])] = [
            ("plain text", Array("GET / HTTP/1.1\r\n\r\n".utf8)), ("SSH", Array("SSH-2.0-x\r\n".utf8)),
            ("an old hello", [0x80, 0x2E, 1, 3, 1]), ("another record", changed { $0[0] = 23 }),
            ("another version", changed { $0[1] = 2 }), ("an empty record", [22, 3, 1, 0, 0]),
            ("a long record", [22, 3, 1, 0xFF, 0xFF]), ("another message", changed { $0[5] = 2 }),
            ("a long message", changed { $0[6] = 1 }),
            ("two names", Hello(names: ["a.example.org", "b.example.org"]).bytes),
            ("an empty name", Hello(names: [""]).bytes),
            ("extensions that are cut", changed { $0[$0.count - 20] = 0xFF }),
        ]
        for (what, bytes) in bad {
            #expect(throws: ClientHello.Fault.self, "\(what)") { try ClientHello(bytes) }
        }
    }
}
