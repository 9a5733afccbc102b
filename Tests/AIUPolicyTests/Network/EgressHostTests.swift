import AIUModel
import AIUPolicy
import Testing

/// One spelling for each host, and none for what programs read differently.
struct EgressHostTests {
    @Test(
        "a name or an address in its usual spelling is read",
        arguments: [
            ("example.org", "example.org"), ("API.Example.ORG", "api.example.org"), ("example.org.", "example.org"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("1.example.org", "1.example.org"),
            ("192.0.2.7", "192.0.2.7"), ("[2001:DB8::1]", "[2001:db8::1]"), ("[::ffff:1.2.3.4]", "[::ffff:102:304]"),
            ("a--b.example", "a--b.example"),
        ])
    func read(_ text: String, _ spelling: String) throws {
        #expect(try EgressHost(parsing: text).description == spelling)
    }

    @Test(
        "everything else is refused",
        arguments: [
            "", ".", "..", "example..org", ".example.org", "example.org..", "-a.example", "a-.example", "a.example-",
            "localhost", "wiki", "a_b.example", "a b.example", "bücher.example", "example.org:80", "user@example.org",
            "example.org/", "example.org\0", "exam\nple.org", "a%2e.example",
            // Addresses to some, names to others.
            "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.0.0.01",
            "1.2.3.256", "1.2.3.4.5", "example.1", "example.0x1", "0", "[127.0.0.1]", "[::1", "::1", "[]",
            "[fe80::1%25lo]",
            "[1::2::3]", "[:::]", "[12345::]", "[::1.2.3]", "[1:2:3:4:5:6:7:8:9]", "[+1::]",
            String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 130) + "example",
        ])
    func refused(_ text: String) {
        #expect(throws: EgressHost.Fault.self) { try EgressHost(parsing: text) }
    }

    @Test(
        "IPv6 is written in the short form that everybody writes",
        arguments: [
            ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:2:3:4:5:6:0:8", "1:2:3:4:5:6:0:8"),
            ("fe80::", "fe80::"),
            ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ])
    func shortForm(_ text: String, _ short: String) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(address.description == short)
        #expect(IPAddress(parsing: short) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
    }
}
