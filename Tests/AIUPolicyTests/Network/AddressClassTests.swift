import AIUModel
import AIUPolicy
import Testing

/// What may stand behind an allowed name.
struct AddressClassTests {
    static let refused: [(String, AddressClass)] = [
        ("0.0.0.0", .unspecified), ("0.1.2.3", .unspecified), ("127.0.0.1", .loopback), ("127.255.255.255", .loopback),
        ("10.0.0.1", .private), ("172.16.0.1", .private), ("172.31.255.255", .private), ("192.168.1.1", .private),
        ("169.254.169.254", .metadata), ("169.254.1.1", .linkLocal), ("100.100.100.200", .metadata),
        ("168.63.129.16", .metadata), ("192.0.0.192", .metadata), ("100.64.0.1", .shared), ("192.0.0.8", .reserved),
        ("192.0.2.1", .documentation), ("198.51.100.1", .documentation), ("203.0.113.1", .documentation),
        ("198.18.0.1", .benchmark), ("198.19.255.255", .benchmark), ("192.88.99.1", .tunnelled),
        ("224.0.0.251", .multicast), ("239.255.255.255", .multicast), ("240.0.0.1", .reserved),
        ("255.255.255.255", .broadcast),
        ("::", .unspecified), ("::1", .loopback), ("::ffff:127.0.0.1", .mapped), ("::ffff:8.8.8.8", .mapped),
        ("::127.0.0.1", .mapped), ("64:ff9b::a00:1", .translated), ("64:ff9b:1::1", .translated),
        ("::ffff:0:7f00:1", .translated), ("2002:7f00:1::", .tunnelled), ("2001::1", .tunnelled),
        ("2001:10::1", .reserved), ("2001:db8::1", .documentation), ("3fff::1", .documentation),
        ("fe80::1", .linkLocal),
        ("fec0::1", .private), ("fc00::1", .private), ("fd00::1", .private), ("fd00:ec2::254", .metadata),
        ("ff02::1", .multicast), ("4000::1", .reserved), ("100::1", .reserved),
    ]

    @Test("special addresses are known", arguments: refused)
    func special(_ text: String, _ kind: AddressClass) throws {
        #expect(AddressClass(try #require(IPAddress(parsing: text))) == kind)
    }

    @Test(
        "all others are public",
        arguments: [
            "1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1",
            "198.17.255.255", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "2400:cb00::1",
        ])
    func open(_ text: String) throws {
        #expect(AddressClass(try #require(IPAddress(parsing: text))) == .public)
    }

    @Test("behind an allowed name, only public addresses and those that its rule names are reached", arguments: refused)
    func behindName(_ text: String, _ kind: AddressClass) throws {
        let address = try #require(IPAddress(parsing: text))
        let filter = try filter(
            #"{"mode": "allowlist", "allow": [{"host": "a.example.org"}, {"host": "b.example.org", "addresses": ["\#(address)"]}]}"#
        )
        let plain = try #require(filter.connection(try EgressHost(parsing: "a.example.org"), port: 443).grant)
        let named = try #require(filter.connection(try EgressHost(parsing: "b.example.org"), port: 443).grant)
        #expect(filter.refusal(of: address, under: plain) != nil)
        #expect(filter.refusal(of: address, under: named) == nil)
    }
}
