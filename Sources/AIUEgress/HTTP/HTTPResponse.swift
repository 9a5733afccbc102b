/// A server's answer as it stands in its head, checked as strictly as a request: what it smuggles would be read by the
/// guest as the answer to another question.
struct HTTPResponse {
    let head: HTTPHead
    let status: Int
    let body: BodyLength
    let keepsConnection: Bool
    private let dropped: [[UInt8]]

    /// More answers to the same request follow.
    var isInterim: Bool { status < 200 }

    init(_ head: HTTPHead, to method: String) throws(HTTPFault) {
        let line = head.bytes[head.line]
        let version = line.prefix(9)
        let is11 = version.elementsEqual("HTTP/1.1 ".utf8)
        guard is11 || version.elementsEqual("HTTP/1.0 ".utf8) else { throw .statusLine }
        let digits = line.dropFirst(9).prefix(3)
        let rest = line.dropFirst(12)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            rest.isEmpty || rest.first == 0x20, rest.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
        else { throw .statusLine }
        status = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard (100...599).contains(status) else { throw .statusLine }
        guard status != 101 else { throw .upgrade }
        let said = try BodyLength(head)
        if status < 200 || status == 204 || status == 304 || method == "HEAD" {
            body = .none
        } else {
            body = said ?? .untilEnd
        }
        dropped = head.words(.connection)
        let isClosing = dropped.contains(Array("close".utf8))
        guard dropped.count <= EgressLimits.connectionWords else { throw .connection }
        let staying = ["content-length", "transfer-encoding", "set-cookie"].map { Array($0.utf8) }
        guard !dropped.contains(where: staying.contains) else { throw .connection }
        keepsConnection = body != .untilEnd && !isClosing && (is11 || dropped.contains(Array("keep-alive".utf8)))
        self.head = head
    }

    /// The head as the guest gets it. `change` may replace a field's value.
    func forwarded(keepAlive: Bool, isVersion10: Bool, change: (ArraySlice<UInt8>) -> [UInt8]?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.bytes.count + 64)
        let line = head.bytes[head.line]
        if let changed = change(line) { bytes += changed } else { bytes += line }
        bytes += "\r\n".utf8
        for field in head.fields {
            switch field.kind {
            case .connection, .upgrade, .hopByHop: continue
            case .host, .contentLength, .transferEncoding, .expect, .authorization, .override, .other: break
            }
            if !dropped.isEmpty, dropped.contains(where: { HTTPHead.equal($0[...], head.name(field)) }) { continue }
            bytes += head.name(field)
            bytes += ": ".utf8
            if let changed = change(head.value(field)) { bytes += changed } else { bytes += head.value(field) }
            bytes += "\r\n".utf8
        }
        if !isInterim {
            if !keepAlive {
                bytes += "Connection: close\r\n".utf8
            } else if isVersion10 {
                bytes += "Connection: keep-alive\r\n".utf8
            }
        }
        bytes += "\r\n".utf8
        return bytes
    }

    /// What the proxy itself says.
    static func own(_ status: Int, _ words: String, _ text: String, close: Bool) -> [UInt8] {
        let body = text + "\n"
        let end = close ? "Connection: close\r\n" : ""
        return Array(
            """
            HTTP/1.1 \(status) \(words)\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(body.utf8.count)\r
            X-AIU-Egress: \(status == 403 || status == 429 ? "denied" : "failed")\r
            \(end)\r
            \(body)
            """.utf8)
    }
}
