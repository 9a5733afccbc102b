import AIUJSON
import AIUSystem
import Glibc
import Synchronization

/// What came back.
struct Answer {
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { try? JSON(parsing: body) }  // a body that is no JSON is nil: the expectation then fails
    var message: String { json?["error"]?["message"]?.stringValue ?? "" }
    var reason: String { json?["error"]?["reason"]?.stringValue ?? "" }
}

/// A raw HTTP client on a Unix socket that never waits without a limit.
final class Client: Sendable {
    enum Problem: Error, Equatable {
        case timedOut, closed
        case malformed(String)
    }

    let socket: FileDescriptor
    private let limit: Duration
    /// What came behind the answer to an upgrade.
    private let early = Mutex<[UInt8]>([])

    init(_ path: String, within limit: Duration = .seconds(10)) throws {
        socket = try UnixSocket.connect(path)
        try socket.setNonBlocking()
        self.limit = limit
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        guard try await sendSome(bytes, within: limit) == bytes.count else { throw Problem.timedOut }
    }

    /// Sends what the server takes; fewer than all when it stopped taking.
    func sendSome(_ bytes: [UInt8], within limit: Duration) async throws -> Int {
        var offset = 0
        let deadline = ContinuousClock.now + limit
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    socket.raw, buffer.baseAddress.map { unsafe $0 + offset }, buffer.count - offset,
                    Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                offset += count
            } else if Errno.current == .wouldBlock {
                if .now > deadline { return offset }
                try await Task.sleep(for: .milliseconds(1))
            } else {
                throw SystemError("send", code: .current)
            }
        }
        return offset
    }

    /// Some bytes; empty at the end.
    func receive() async throws -> [UInt8] {
        let held = early.withLock { held in
            defer { held = [] }
            return held
        }
        if !held.isEmpty { return held }
        let deadline = ContinuousClock.now + limit
        while .now < deadline {
            if let bytes = try socket.read(upTo: 256 * 1024) { return bytes }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw Problem.timedOut
    }

    /// Until a text has come, or to the end.
    func receive(until text: String) async throws -> String {
        var bytes: [UInt8] = []
        while true {
            let more = try await receive()
            bytes += more
            let soFar = String(decoding: bytes, as: UTF8.self)
            if more.isEmpty || soFar.contains(text) { return soFar }
        }
    }

    func request(
        _ method: String, _ target: String, headers: [String] = [], body: [UInt8]? = nil
    ) async throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for header in headers { head += header + "\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try await send(Array((head + "\r\n").utf8) + (body ?? []))
        return try await answer(head: method == "HEAD")
    }

    func answer(head: Bool = false) async throws -> Answer {
        var bytes: [UInt8] = []
        while true {
            if let end = bytes.headEnd { return try await finish(bytes, end, head) }
            let more = try await receive()
            if more.isEmpty { throw Problem.closed }
            bytes += more
        }
    }

    private func finish(_ received: [UInt8], _ end: Int, _ head: Bool) async throws -> Answer {
        var answer = Answer()
        let lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ")[1]) else {
            throw Problem.malformed("no status")
        }
        answer.status = status
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            answer.headers[sides[0].lowercased()] = sides[1].drop { $0 == " " }.description
        }
        answer.body = Array(received[(end + 4)...])
        if status == 101 {
            early.withLock { $0 = answer.body }
            answer.body = []
        }
        if status == 101 || status == 204 || head { return answer }
        guard let length = answer.headers["content-length"].flatMap({ Int($0) }) else {
            while answer.body.suffix(5) != Array("0\r\n\r\n".utf8)[...] {
                let more = try await receive()
                if more.isEmpty { break }
                answer.body += more
            }
            answer.body = try dechunk(answer.body)
            return answer
        }
        while answer.body.count < length {
            let more = try await receive()
            if more.isEmpty { throw Problem.closed }
            answer.body += more
        }
        return answer
    }

    private func dechunk(_ bytes: [UInt8]) throws -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            let line = String(decoding: rest[..<end], as: UTF8.self).filter { $0 != "\r" && $0 != "\r\n" }
            guard let size = Int(line, radix: 16) else { throw Problem.malformed("chunk size '\(line)'") }
            if size == 0 { return result }
            result += rest[(end + 1)...].prefix(size)
            rest = rest[(end + 1)...].dropFirst(size + 2)
        }
        throw Problem.malformed("no last chunk")
    }
}

extension [UInt8] {
    fileprivate var headEnd: Int? {
        guard count >= 4 else { return nil }
        return (0...count - 4).first {
            self[$0] == 13 && self[$0 + 1] == 10 && self[$0 + 2] == 13 && self[$0 + 3] == 10
        }
    }
}
