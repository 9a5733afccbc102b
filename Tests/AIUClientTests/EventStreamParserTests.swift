import AIUClient
import Testing

@Suite("A stream of events")
struct EventStreamParserTests {
    private static let streams: [(String, [String])] = [
        ("data: one\n\ndata: two\n\n", ["one", "two"]),
        ("id: 7\nevent: x\ndata:no space\nretry: 5\n\n", ["no space"]),
        ("data: a\ndata: b\n\n", ["a\nb"]),
        (": a comment\n\n: another\n\ndata: x\n\n", ["x"]),
        ("data: x\r\n\r\ndata: y\r\rdata: z\n\n", ["x", "y", "z"]),
        ("data\n\n", [""]),
        ("datum: x\n\n", []),
        // What is not ended is not an event.
        ("data: cut", []),
        ("data: cut\n", []),
    ]

    @Test("gives the data of each, however it is cut", arguments: streams, [1, 2, 5, 4096])
    func data(_ row: (String, [String]), size: Int) throws {
        var parser = EventStreamParser()
        var found: [String] = []
        let bytes = Array(row.0.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let part = Array(bytes[start..<min(start + size, bytes.count)])
            found += try parser.feed(part).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(found == row.1)
    }

    @Test("with an event that never ends is refused")
    func tooLong() {
        var parser = EventStreamParser()
        let line = Array("data: \(String(repeating: "x", count: 60_000))\n".utf8)
        #expect(throws: HTTPError.bodyTooLong(limit: EventStreamParser.longestEvent)) {
            for _ in 0..<10 { _ = try parser.feed(line) }
        }
    }
}
