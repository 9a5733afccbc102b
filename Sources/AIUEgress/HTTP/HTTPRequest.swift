package import AIUPolicy
internal import AIUSystem

/// A request as it stands in its head, checked. Where it goes is one place, said once or twice the same.
package struct HTTPRequest {
    /// How the request names what it is for.
    package enum Target: Equatable {
        /// `CONNECT host:port`
        case tunnel(EgressHost, UInt16)
        /// `GET http://host/path`
        case absolute(EgressHost, UInt16)
        /// `GET /path`: on a connection that already leads somewhere.
        case path(EgressHost?, UInt16?)
    }

    package let head: HTTPHead
    package let method: String
    package let target: Target
    /// Path and query, as they are sent on.
    let pathAndQuery: ArraySlice<UInt8>
    package let body: BodyLength
    let isVersion10: Bool
    let keepsConnection: Bool
    /// Fields that go no further than this connection, by the words of `Connection`.
    let dropped: [[UInt8]]

    var path: ArraySlice<UInt8> { pathAndQuery.prefix { $0 != UInt8(ascii: "?") } }
    var triesToOverride: Bool { head.fields.contains { $0.kind == .override } }

    package init(_ head: HTTPHead) throws(HTTPFault) {
        let line = head.bytes[head.line]
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, let first = parts.first, !first.isEmpty, first.count <= 32,
            first.allSatisfy(Self.isOfMethod), parts[1].allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .requestLine }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw .version }
        isVersion10 = version == "HTTP/1.0"
        method = String(decoding: first, as: UTF8.self)
        // `PRI` begins HTTP/2. TRACE gives back what it was sent, also what the guest may not see.
        guard method != "PRI", method != "TRACE" else { throw .method }
        let named = try Self.hostField(head, isVersion10: isVersion10)
        if method == "CONNECT" {
            guard let place = Self.place(parts[1]), let port = place.port else { throw .target }
            // Some clients leave the port out in Host.
            if let named { guard named.host == place.host, named.port ?? port == port else { throw .hostDiffers } }
            target = .tunnel(place.host, port)
            pathAndQuery = []
        } else if parts[1].first == UInt8(ascii: "/") {
            target = .path(named?.host, named?.port)
            pathAndQuery = parts[1]
        } else {
            let (place, rest) = try Self.absolute(parts[1])
            let port = place.port ?? 80
            if let named { guard named.host == place.host, named.port ?? 80 == port else { throw .hostDiffers } }
            target = .absolute(place.host, port)
            pathAndQuery = rest
        }
        guard !pathAndQuery.contains(UInt8(ascii: "#")) else { throw .target }
        body = try BodyLength(head) ?? .none
        guard body != .chunked || !isVersion10 else { throw .coding }
        if method == "CONNECT", body != .none { throw .length }
        dropped = head.words(.connection)
        guard dropped.count <= EgressLimits.connectionWords else { throw .connection }
        let staying = ["host", "content-length", "transfer-encoding", "authorization"].map { Array($0.utf8) }
        guard !dropped.contains(where: staying.contains) else { throw .connection }
        let isClosing = dropped.contains(Array("close".utf8))
        keepsConnection = isVersion10 ? !isClosing && dropped.contains(Array("keep-alive".utf8)) : !isClosing
        self.head = head
        // A server that is asked for HTTP/2 may go on in HTTP/1.1, because it is not asked any more then.
        let upgrades = head.fields.filter { $0.kind == .upgrade }
        guard upgrades.allSatisfy({ HTTPHead.equal(Array("h2c".utf8)[...], head.value($0)) }) else { throw .upgrade }
    }

    /// Rules name methods in capitals; a server may take `post` for `POST`.
    private static func isOfMethod(_ byte: UInt8) -> Bool {
        HTTPHead.isToken(byte) && !(0x61...0x7A).contains(byte)
    }

    private static func hostField(
        _ head: HTTPHead, isVersion10: Bool
    ) throws(HTTPFault) -> (host: EgressHost, port: UInt16?)? {
        let fields = head.fields.filter { $0.kind == .host }
        guard let field = fields.first else {
            guard isVersion10 else { throw .host }
            return nil
        }
        guard fields.count == 1, let place = place(head.value(field)) else { throw .host }
        return place
    }

    private static func absolute(
        _ target: ArraySlice<UInt8>
    ) throws(HTTPFault) -> ((host: EgressHost, port: UInt16?), ArraySlice<UInt8>) {
        let scheme = Array("http://".utf8)
        guard target.count > scheme.count, HTTPHead.equal(scheme[...], target.prefix(scheme.count)) else {
            throw .target
        }
        let rest = target.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard let place = place(authority) else { throw .target }
        let path = rest.dropFirst(authority.count)
        guard let first = path.first else { return (place, [UInt8(ascii: "/")]) }
        guard first == UInt8(ascii: "/") else { throw .target }
        return (place, path)
    }

    /// `host` or `host:port`; no user, and a port without leading zeros.
    static func place(_ text: ArraySlice<UInt8>) -> (host: EgressHost, port: UInt16?)? {
        let colon = text.lastIndex(of: UInt8(ascii: ":"))
        let bracket = text.lastIndex(of: UInt8(ascii: "]"))
        var name = text
        var port: UInt16?
        if let colon, bracket.map({ $0 < colon }) ?? true {
            let digits = text[(colon + 1)...]
            guard (1...5).contains(digits.count), digits.first != 0x30,
                digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt16(String(decoding: digits, as: UTF8.self))
            else { return nil }
            port = number
            name = text[..<colon]
        }
        // Why it is no host does not matter to who sent it: it is refused all the same.
        guard let host = try? EgressHost(parsing: name) else { return nil }
        return (host, port)
    }

    /// The head as the server gets it. `change` may replace a field's value; what it gives is wiped. With `spare` room for
    /// that, the head is never moved to other memory.
    func forwarded(
        asAbsolute authority: String?, host: String, keepAlive: Bool, spare: Int, change: (HTTPHead.Field) -> [UInt8]?
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.bytes.count + host.utf8.count + 128 + spare)
        bytes += method.utf8
        bytes.append(0x20)
        if let authority { bytes += "http://\(authority)".utf8 }
        bytes += pathAndQuery
        bytes += isVersion10 ? " HTTP/1.0\r\nHost: ".utf8 : " HTTP/1.1\r\nHost: ".utf8
        bytes += host.utf8
        bytes += "\r\n".utf8
        for field in head.fields {
            switch field.kind {
            case .host, .connection, .upgrade, .hopByHop: continue
            case .contentLength, .transferEncoding, .expect, .authorization, .override, .other: break
            }
            if !dropped.isEmpty, dropped.contains(where: { HTTPHead.equal($0[...], head.name(field)) }) { continue }
            bytes += head.name(field)
            bytes += ": ".utf8
            if var changed = change(field) {
                bytes += changed
                wipe(&changed)
            } else {
                bytes += head.value(field)
            }
            bytes += "\r\n".utf8
        }
        if !keepAlive || isVersion10 { bytes += "Connection: close\r\n".utf8 }
        bytes += "\r\n".utf8
        return bytes
    }
}
