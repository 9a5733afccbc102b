package import AIUModel
internal import AIUSystem
internal import Glibc

/// Where the host asks for addresses.
package enum NameServers {
    private static let most = 3

    /// As `/etc/resolv.conf` says. It is read before the process is locked up, and not again.
    package static func ofHost(_ path: String = "/etc/resolv.conf") -> [Endpoint] {
        // A host without the file has no name server, and what needs one is told so.
        guard let file = try? FileDescriptor.open(path, O_RDONLY), let bytes = try? file.readToEnd(limit: 64 << 10)
        else { return [] }
        return read(String(decoding: bytes, as: UTF8.self))
    }

    package static func read(_ text: String) -> [Endpoint] {
        let servers = text.split(whereSeparator: \.isNewline).compactMap { line -> Endpoint? in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver", let address = IPAddress(parsing: words[1]) else {
                return nil
            }
            return Endpoint(address, 53)
        }
        return Array(servers.prefix(most))
    }
}
