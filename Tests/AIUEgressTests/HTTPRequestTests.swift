import AIUEgress
import Testing

/// What is a request, and what two programs could read as two different ones.
struct HTTPRequestTests {
    static let host = "Host: a.example.org\r\n"

    private func read(_ text: String) throws(HTTPFault) -> HTTPRequest {
        try HTTPRequest(try HTTPHead(Array(text.utf8)))
    }

    @Test(
        "a plain request is read",
        arguments: [
            "GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
            "GET http://A.Example.org:80/x?y=http://z HTTP/1.1\r\nHOST:a.example.org:80  \r\n\r\n",
            "POST http://a.example.org HTTP/1.1\r\nHost: a.example.org\r\nContent-Length: 3\r\n\r\n",
            "PUT http://a.example.org/ HTTP/1.1\r\nHost: a.example.org\r\nTransfer-Encoding: Chunked\r\n\r\n",
            "GET http://a.example.org/ HTTP/1.0\r\n\r\n",
            "CONNECT a.example.org:443 HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
            "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n",
            "GET /path HTTP/1.1\r\nHost: a.example.org\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
            "GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org\r\nX: caf\u{E9}\t\r\n\r\n",
        ])
    func plain(_ text: String) throws { _ = try read(text) }

    static let wrong: [(String, HTTPFault)] = [
        // Two lengths, two codings, a coding and a length.
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 4\r\n\r\n", .length),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 3\r\n\r\n", .length),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: 3, 3\r\n\r\n", .length),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: +3\r\n\r\n", .length),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: 0x3\r\n\r\n", .length),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n", .length),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: \r\n\r\n", .length),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: 9999999999999999\r\n\r\n", .length),
        (
            "POST http://a.example.org/ HTTP/1.1\r\n\(host)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            .both
        ),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n", .coding),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Transfer-Encoding: identity\r\n\r\n", .coding),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, chunked\r\n\r\n", .coding),
        (
            "POST http://a.example.org/ HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .coding
        ),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Transfer-Encoding: \u{0B}chunked\r\n\r\n", .fieldValue),
        ("POST http://a.example.org/ HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n", .coding),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Transfer-Encoding : chunked\r\n\r\n", .fieldName),
        ("POST http://a.example.org/ HTTP/1.1\r\n\(host)Transfer-Encoding\r\n : chunked\r\n\r\n", .fieldName),
        ("CONNECT a.example.org:443 HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\n", .length),
        // Lines.
        ("GET http://a.example.org/ HTTP/1.1\n\(host)\r\n", .lineEnd),
        ("GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org\n\r\n", .lineEnd),
        ("GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org\rX: y\r\n\r\n", .lineEnd),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)X: a\0b\r\n\r\n", .lineEnd),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host) folded\r\n\r\n", .folded),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)\tfolded\r\n\r\n", .folded),
        ("\r\nGET http://a.example.org/ HTTP/1.1\r\n\(host)\r\n", .lineEnd),
        // Names and values.
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)X Y: z\r\n\r\n", .fieldName),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)X(Y): z\r\n\r\n", .fieldName),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host): z\r\n\r\n", .fieldName),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)nothing\r\n\r\n", .fieldName),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)X: a\u{7F}b\r\n\r\n", .fieldValue),
        // The first line.
        ("GET  http://a.example.org/ HTTP/1.1\r\n\(host)\r\n", .requestLine),
        ("GET http://a.example.org/ HTTP/1.1 \r\n\(host)\r\n", .requestLine),
        ("GET http://a.example.org/\u{7F} HTTP/1.1\r\n\(host)\r\n", .requestLine),
        ("GET http://a.example.org/a b HTTP/1.1\r\n\(host)\r\n", .requestLine),
        ("GE(T http://a.example.org/ HTTP/1.1\r\n\(host)\r\n", .requestLine),
        ("Post http://a.example.org/ HTTP/1.1\r\n\(host)\r\n", .requestLine),
        ("GET http://a.example.org/\r\n\(host)\r\n", .requestLine),
        ("GET http://a.example.org/ HTTP/2.0\r\n\(host)\r\n", .version),
        ("GET http://a.example.org/ http/1.1\r\n\(host)\r\n", .version),
        ("PRI * HTTP/2.0\r\n\r\n", .version), ("TRACE http://a.example.org/ HTTP/1.1\r\n\(host)\r\n", .method),
        // Two places.
        ("GET http://a.example.org/ HTTP/1.1\r\nHost: b.example.org\r\n\r\n", .hostDiffers),
        ("GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org:81\r\n\r\n", .hostDiffers),
        ("GET http://a.example.org:81/ HTTP/1.1\r\nHost: a.example.org\r\n\r\n", .hostDiffers),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)\(host)\r\n", .host),
        ("GET http://a.example.org/ HTTP/1.1\r\n\r\n", .host),
        ("GET http://a.example.org/ HTTP/1.1\r\nHost: \r\n\r\n", .host),
        ("GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org, b.example.org\r\n\r\n", .host),
        ("GET http://a.example.org/ HTTP/1.1\r\nHost: a.example.org@b.example.org\r\n\r\n", .host),
        ("CONNECT a.example.org:443 HTTP/1.1\r\nHost: b.example.org:443\r\n\r\n", .hostDiffers),
        ("CONNECT a.example.org HTTP/1.1\r\n\(host)\r\n", .target),
        ("CONNECT http://a.example.org:443 HTTP/1.1\r\n\(host)\r\n", .target),
        ("CONNECT a.example.org:0443 HTTP/1.1\r\n\(host)\r\n", .target),
        ("CONNECT a.example.org:0 HTTP/1.1\r\n\(host)\r\n", .target),
        ("CONNECT a.example.org:65536 HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET https://a.example.org/ HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET ftp://a.example.org/ HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET http://user@a.example.org/ HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET http://a.example.org\\@b.example.org/ HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET http://a.example.org?x HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET http://a.example.org/#x HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET http:///x HTTP/1.1\r\n\(host)\r\n", .target), ("GET * HTTP/1.1\r\n\(host)\r\n", .target),
        ("GET a.example.org HTTP/1.1\r\n\(host)\r\n", .target),
        // Addresses in disguise.
        ("GET http://2130706433/ HTTP/1.1\r\nHost: 2130706433\r\n\r\n", .host),
        ("GET http://0x7f.1/ HTTP/1.1\r\nHost: 0x7f.1\r\n\r\n", .host),
        ("GET http://0177.0.0.1/ HTTP/1.1\r\nHost: 0177.0.0.1\r\n\r\n", .host),
        // Upgrades and fields that must stay.
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", .upgrade),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)Connection: close, host\r\n\r\n", .connection),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)Connection: Transfer-Encoding\r\n\r\n", .connection),
        ("GET http://a.example.org/ HTTP/1.1\r\n\(host)Connection: authorization\r\n\r\n", .connection),
    ]

    @Test("everything else is refused, and nothing is guessed", arguments: wrong)
    func refused(_ text: String, _ fault: HTTPFault) {
        #expect(throws: fault) { try read(text) }
    }

    @Test("too much is refused")
    func tooMuch() {
        let start = "GET http://a.example.org/ HTTP/1.1\r\n\(Self.host)"
        let many = (0..<EgressLimits.headerFields).map { "X-\($0): y\r\n" }.joined()
        #expect(throws: HTTPFault.fields) { try read(start + many + "\r\n") }
        let long = String(repeating: "a", count: EgressLimits.requestLineBytes)
        #expect(throws: HTTPFault.long) { try read("GET http://a.example.org/\(long) HTTP/1.1\r\n\(Self.host)\r\n") }
        let longer = String(repeating: "a", count: EgressLimits.headBytes)
        #expect(throws: HTTPFault.long) { try read(start + "X: \(longer)\r\n\r\n") }
    }
}
