/// Cuts the bytes of one HTTP answer into its head and the parts of its body. Holds no more than was fed.
package struct HTTPResponseParser: Sendable {
    /// The next thing that the answer consists of.
    package enum Event: Equatable, Sendable {
        case head(HTTPHead)
        case body([UInt8])
        case end
    }

    private enum State: Sendable {
        case head
        case counted(UInt64)
        case untilClose
        case chunkSize
        case chunk(UInt64)
        case chunkEnd
        case trailers(lines: Int)
        /// The end is due.
        case finishing
        case finished
    }

    private static let longestChunkLine = 256

    private var buffer: [UInt8] = []
    private var start = 0
    private var state = State.head

    package init() {}

    package var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    package mutating func feed(_ bytes: [UInt8]) {
        if start == buffer.count {
            buffer = bytes
            start = 0
        } else {
            buffer.removeSubrange(..<start)
            start = 0
            buffer += bytes
        }
    }

    /// What was fed after the end of the answer: the first bytes of an upgraded connection.
    package mutating func takeRest() -> [UInt8] {
        defer {
            buffer = []
            start = 0
        }
        return Array(buffer[start...])
    }

    /// The next part, nil until more bytes come.
    package mutating func next() throws(HTTPError) -> Event? {
        while true {
            switch state {
            case .head:
                guard let head = try takeHead() else { return nil }
                // An interim answer announces the real one.
                if (100..<200).contains(head.status), head.status != 101 { continue }
                state = try Self.bodyState(after: head)
                return .head(head)
            case .counted(let left):
                if left == 0 { state = .finishing } else { return takeBody(left) { .counted($0) } }
            case .untilClose:
                return takeBody(.max) { _ in .untilClose }
            case .chunkSize:
                guard let line = try takeLine() else { return nil }
                let size = try Self.chunkSize(line)
                state = size == 0 ? .trailers(lines: 0) : .chunk(size)
            case .chunk(let left):
                if left == 0 { state = .chunkEnd } else { return takeBody(left) { .chunk($0) } }
            case .chunkEnd:
                guard buffer.count - start >= 2 else { return nil }
                guard buffer[start] == 13, buffer[start + 1] == 10 else { throw .badChunk }
                start += 2
                state = .chunkSize
            case .trailers(let lines):
                guard let line = try takeLine() else { return nil }
                guard lines < HTTPHead.mostHeaders else { throw .tooManyHeaders(limit: HTTPHead.mostHeaders) }
                state = line.isEmpty ? .finishing : .trailers(lines: lines + 1)
            case .finishing:
                state = .finished
                return .end
            case .finished:
                return nil
            }
        }
    }

    /// The peer has closed: the end of an answer without a length, or an answer that was cut off.
    package mutating func close() throws(HTTPError) {
        switch state {
        case .untilClose, .finishing, .finished: state = .finished
        case .head, .counted, .chunkSize, .chunk, .chunkEnd, .trailers: throw .cutOff
        }
    }

    private mutating func takeHead() throws(HTTPError) -> HTTPHead? {
        let rest = buffer[start...]
        var index = rest.startIndex
        while index + 3 < rest.endIndex, index - start <= HTTPHead.longest {
            if rest[index] == 13, rest[index + 1] == 10, rest[index + 2] == 13, rest[index + 3] == 10 {
                let head = try HTTPHead(parsing: rest[start..<index])
                start = index + 4
                return head
            }
            index += 1
        }
        guard rest.count <= HTTPHead.longest else { throw .headTooLong(limit: HTTPHead.longest) }
        return nil
    }

    private static func bodyState(after head: HTTPHead) throws(HTTPError) -> State {
        if head.status == 101 || head.status == 204 || head.status == 304 { return .finishing }
        let hasLength = head.contains("content-length")
        if head.contains("transfer-encoding") {
            // Two statements of the length are how answers get smuggled.
            guard !hasLength else { throw .badLength }
            guard head["transfer-encoding"]?.lowercased() == "chunked" else { throw .unknownTransferEncoding }
            return .chunkSize
        }
        guard hasLength else { return .untilClose }
        guard let text = head["content-length"], (1...15).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) }), let length = UInt64(text)
        else { throw .badLength }
        return .counted(length)
    }

    private mutating func takeBody(_ left: UInt64, _ then: (UInt64) -> State) -> Event? {
        let count = Int(clamping: min(left, UInt64(buffer.count - start)))
        guard count > 0 else { return nil }
        let part = Array(buffer[start..<start + count])
        start += count
        state = then(left - UInt64(count))
        return .body(part)
    }

    private mutating func takeLine() throws(HTTPError) -> ArraySlice<UInt8>? {
        var index = start
        while index < buffer.count {
            guard index - start <= Self.longestChunkLine else { throw .badChunk }
            if buffer[index] == 10 {
                guard index > start, buffer[index - 1] == 13 else { throw .badChunk }
                let line = buffer[start..<index - 1]
                start = index + 1
                return line
            }
            index += 1
        }
        return nil
    }

    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(HTTPError) -> UInt64 {
        let digits = line.prefix { $0 != 59 && $0 != 32 && $0 != 9 }
        guard (1...8).contains(digits.count) else { throw .badChunk }
        var size: UInt64 = 0
        for byte in digits {
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 65...70: digit = byte - 55
            case 97...102: digit = byte - 87
            case _: throw .badChunk
            }
            size = size << 4 | UInt64(digit)
        }
        return size
    }
}
