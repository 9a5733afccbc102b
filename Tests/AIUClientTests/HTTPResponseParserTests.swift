import AIUClient
import Testing

@Suite("An HTTP answer")
struct HTTPResponseParserTests {
    private struct Answer: Equatable {
        var status = 0
        var body = ""
        var ended = false
    }

    /// Feeds in pieces, closes at the end.
    private func parse(_ text: String, by size: Int) throws(HTTPError) -> Answer {
        var parser = HTTPResponseParser()
        var answer = Answer()
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            parser.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            start += size
            while let event = try parser.next() {
                switch event {
                case .head(let head): answer.status = head.status
                case .body(let part): answer.body += String(decoding: part, as: UTF8.self)
                case .end: answer.ended = true
                }
            }
        }
        try parser.close()
        return answer
    }

    private static let good: [(String, Int, String)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, ""),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        // A length that a body cannot have does not count here.
        ("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, ""),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 200, "abcde"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", 200,
            "0123456789"
        ),
        ("HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 404, "no"),
        ("HTTP/1.1 200 OK\r\nEmpty:\r\nContent-Length:  1 \t\r\n\r\nx", 200, "x"),
    ]

    @Test("is understood however it is cut", arguments: good, [1, 2, 3, 7, 4096])
    func understands(_ row: (String, Int, String), size: Int) throws {
        let answer = try parse(row.0, by: size)
        #expect(answer.status == row.1)
        #expect(answer.body == row.2)
    }

    private static let bad: [(String, HTTPError)] = [
        ("HTTP/1.0 200 OK\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 20 OK\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 099 OK\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 2000 OK\r\n\r\n", .badStatusLine),
        ("\r\n\r\n", .badStatusLine),
        ("SSH-2.0-OpenSSH\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 200 O\u{7}K\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", .badHeader),
        ("HTTP/1.1 200 OK\r\n: empty name\r\n\r\n", .badHeader),
        ("HTTP/1.1 200 OK\r\nA B: space in the name\r\n\r\n", .badHeader),
        // A folded line, and a lone line feed inside a value: two readers, two opinions.
        ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .badHeader),
        ("HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n", .badHeader),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .badLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .badLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .badLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", .badLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n", .badLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", .badLength),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", .badLength),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .unknownTransferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unknownTransferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .badChunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", .badChunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n", .badChunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nx", .badChunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz", .badChunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;\(String(repeating: "x", count: 300))\r\n", .badChunk),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", .cutOff),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", .cutOff),
        ("HTTP/1.1 200 OK\r\n", .cutOff),
        ("", .cutOff),
        ("HTTP/1.1 200 OK\r\nA: \(String(repeating: "x", count: 20_000))\r\n\r\n", .headTooLong(limit: 16_384)),
        // The end of the headers never comes.
        (String(repeating: "x", count: 20_000), .headTooLong(limit: 16_384)),
        ("HTTP/1.1 200 OK\r\n\(String(repeating: "A: b\r\n", count: 65))\r\n", .tooManyHeaders(limit: 64)),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(String(repeating: "A: b\r\n", count: 70))\r\n",
            .tooManyHeaders(limit: 64)
        ),
    ]

    @Test("that is wrong is refused", arguments: bad, [1, 4096, 100_000])
    func refuses(_ row: (String, HTTPError), size: Int) {
        #expect(throws: row.1) { try parse(row.0, by: size) }
    }

    @Test("with an upgrade leaves what follows untouched")
    func upgrade() throws {
        var parser = HTTPResponseParser()
        parser.feed(Array("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nframes".utf8))
        guard case .head(let head)? = try parser.next() else {
            Issue.record("no head")
            return
        }
        #expect(head.status == 101)
        #expect(head["upgrade"] == "x")
        #expect(try parser.next() == .end)
        #expect(parser.takeRest() == Array("frames".utf8))
    }

    @Test("names its headers in lower case, and a repeated one not at all")
    func headers() throws {
        var parser = HTTPResponseParser()
        parser.feed(Array("HTTP/1.1 200 OK\r\nAIU-API-Version: 1\r\nA: 1\r\na: 2\r\n\r\n".utf8))
        guard case .head(let head)? = try parser.next() else {
            Issue.record("no head")
            return
        }
        #expect(head["aiu-api-version"] == "1")
        #expect(head["a"] == nil)
        #expect(head.contains("a"))
    }
}
