internal import AIUModel

/// The parts of a URL that a decision is about.
struct TestedURL: Equatable {
    private static let longest = 8192

    let isTLS: Bool
    /// As it was written.
    let host: String
    let port: UInt16
    /// Without its query.
    let path: String
    let query: String

    init(_ text: String) throws(Failure) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Self.wrong(text)
        }
        let lower = text.lowercased()
        let scheme = ["https://", "http://"].first(where: lower.hasPrefix)
        guard scheme != nil || !text.contains("://") else { throw Self.wrong(text) }
        isTLS = scheme != "http://"
        let rest = text.dropFirst(scheme?.count ?? 0)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
        let path = target.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = String(target.dropFirst(path.count))
        guard !authority.isEmpty, !authority.contains("@") else { throw Self.wrong(text) }
        let closing = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : nil
        let afterHost = authority.index(after: closing ?? authority.startIndex)
        let colon = authority[(closing.map { _ in afterHost } ?? authority.startIndex)...].firstIndex(of: ":")
        host = String(authority[..<(colon ?? authority.endIndex)])
        guard let colon else {
            port = isTLS ? 443 : 80
            return
        }
        let digits = authority[authority.index(after: colon)...]
        guard let number = UInt16(digits), number > 0, String(number) == digits else { throw Self.wrong(text) }
        port = number
    }

    /// What a guest's program would say to its proxy.
    func request(_ method: String) -> [UInt8] {
        let line =
            isTLS
            ? "CONNECT \(host):\(port) HTTP/1.1\r\nHost: \(host):\(port)\r\n"
            : "\(method) http://\(host):\(port)\(path)\(query) HTTP/1.1\r\nHost: \(host):\(port)\r\n"
                + "Connection: close\r\n"
        return Array("\(line)\r\n".utf8)
    }

    private static func wrong(_ text: String) -> Failure {
        Failure(.invalid, "'\(text.prefix(200))' is no URL such as https://example.org/path")
    }
}
