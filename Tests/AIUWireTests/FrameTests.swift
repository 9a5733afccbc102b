import AIUWire
import Testing

struct FrameTests {
    private static let frames = [
        Frame(.ping, [1, 2, 3, 4, 5, 6, 7, 8]),
        Frame(.standardInputEnd),
        Frame(.data, [UInt8](repeating: 0xA5, count: WireProtocol.longestPayload)),
    ]

    @Test("frames survive being cut anywhere", arguments: [1, 2, 3, 7, 4096, 1 << 20])
    func cut(chunk: Int) throws {
        let stream = Self.frames.flatMap(\.encoded)
        var decoder = FrameDecoder()
        var received: [Frame] = []
        for start in stride(from: 0, to: stream.count, by: chunk) {
            decoder.feed(Array(stream[start..<min(start + chunk, stream.count)]))
            while let frame = try decoder.next() { received.append(frame) }
        }
        #expect(received == Self.frames)
        #expect(decoder.pendingBytes == 0)
    }

    @Test(
        "a hostile header is refused before its payload is waited for",
        arguments: [
            ([0x01, 0x00, 0x01, 0x00, 5], WireError.tooLong(65537)),  // one byte over the limit
            ([0xFF, 0xFF, 0xFF, 0xFF, 5], .tooLong(4_294_967_295)),  // the largest length there is
            ([0x00, 0x00, 0x00, 0x00, 0], .unknownKind(0)),  // no such kind
            ([0x00, 0x00, 0x00, 0x00, 255], .unknownKind(255)),
        ] as [([UInt8], WireError)])
    func hostile(header: [UInt8], expected: WireError) {
        var decoder = FrameDecoder()
        decoder.feed(header)
        #expect(throws: expected) { try decoder.next() }
    }

    @Test("the rest of a stream can be taken over in the middle")
    func takeRest() throws {
        var decoder = FrameDecoder()
        decoder.feed(Frame(.request, [1]).encoded + [9, 9, 9])
        #expect(try decoder.next() == Frame(.request, [1]))
        #expect(decoder.takeRest() == [9, 9, 9])
    }
}
