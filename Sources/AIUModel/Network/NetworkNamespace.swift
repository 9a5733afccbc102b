/// A network namespace that has a name, as `ip netns` makes them.
package enum NetworkNamespace {
    /// Where the host keeps them, each a file by its name.
    package static let folder = "/run/netns"
    private static let longest = 64

    /// A name that is one part of a path and nothing else.
    package static func isName(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count) && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
                }
            }
    }

    package static func path(of name: String) -> String { "\(folder)/\(name)" }

    /// Where `ip netns` looks for its name servers.
    package static func resolverFile(of name: String) -> String { "/etc/netns/\(name)/resolv.conf" }
}
