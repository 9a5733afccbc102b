/// Cuts a byte stream into frames. Holds at most one unfinished frame and what was fed after it.
package struct FrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    package init() {}

    /// Bytes that wait for the rest of their frame.
    package var pendingBytes: Int { buffer.count - start }

    package mutating func feed(_ bytes: [UInt8]) {
        // Compacted only when the dead prefix dominates, so that feeding stays linear.
        if start > 0, start >= buffer.count - start {
            buffer.removeSubrange(..<start)
            start = 0
        }
        buffer += bytes
    }

    /// The next whole frame, nil until more bytes come.
    package mutating func next() throws(WireError) -> Frame? {
        guard pendingBytes >= WireProtocol.headerLength else { return nil }
        var length = 0
        for index in (0..<4).reversed() { length = length << 8 | Int(buffer[start + index]) }
        guard length <= WireProtocol.longestPayload else { throw .tooLong(length) }
        guard let kind = FrameKind(rawValue: buffer[start + 4]) else { throw .unknownKind(buffer[start + 4]) }
        let bodyStart = start + WireProtocol.headerLength
        guard buffer.count >= bodyStart + length else { return nil }
        let frame = Frame(kind, Array(buffer[bodyStart..<bodyStart + length]))
        start = bodyStart + length
        return frame
    }

    /// What was fed but not yet consumed: for handing a connection over in the middle of its stream.
    package mutating func takeRest() -> [UInt8] {
        defer {
            buffer = []
            start = 0
        }
        return Array(buffer[start...])
    }
}
