import AIUSystem
import CLinux
import Glibc

/// Sockets on this machine, that block for at most ten seconds.
enum Loopback {
    static let address: [UInt8] = [127, 0, 0, 1]

    static func listen(datagram: Bool = false) throws -> (raw: Int32, port: UInt16) {
        var port: UInt16 = 0
        let raw = unsafe aiu_internet_listen(address, 4, &port, datagram ? 1 : 0)
        return (try SystemError.check(raw, "listen"), port)
    }

    static func block(_ socket: borrowing FileDescriptor) throws {
        try socket.setNonBlocking(false)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(
                socket.raw, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    static func connect(_ port: UInt16) throws -> FileDescriptor {
        let raw = unsafe aiu_internet_connect(0, address, 4, port, nil)
        let socket = FileDescriptor(owning: try SystemError.check(raw, "connect"))
        try block(socket)
        return socket
    }
}

/// A client of the proxy, as hostile as it likes.
final class RawClient {
    let socket: FileDescriptor
    private var received: [UInt8] = []

    init(_ port: UInt16) throws { socket = try Loopback.connect(port) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) throws { try socket.writeAll(bytes) }

    /// Sends, or finds the connection closed.
    func sendIfOpen(_ text: String) { try? socket.writeAll(Array(text.utf8)) }  // whether it was is seen by reading

    func end() { shutdown(socket.raw, Int32(SHUT_WR)) }

    /// So many bytes, or what came before the end.
    func read(_ count: Int) -> [UInt8] {
        while received.count < count, let more = try? socket.read(upTo: 65536), !more.isEmpty { received += more }
        defer { received.removeFirst(min(count, received.count)) }
        return Array(received.prefix(count))
    }

    /// Everything up to the end.
    func readToEnd() -> String {
        while let more = try? socket.read(upTo: 65536), !more.isEmpty { received += more }
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// One answer of HTTP that says its length, or as much as came of it.
    func answer() -> String {
        func text() -> String { String(decoding: received, as: UTF8.self) }
        while !text().contains("\r\n\r\n"), let more = try? socket.read(upTo: 65536), !more.isEmpty { received += more }
        guard let end = text().range(of: "\r\n\r\n") else { return text() }
        let head = String(text()[..<end.upperBound])
        var length = head.utf8.count
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            length += Int(line.dropFirst(15).trimmed) ?? 0
        }
        return String(decoding: read(length), as: UTF8.self)
    }

    /// Whether the other end has closed it.
    var isClosed: Bool { read(1).isEmpty }
}

extension StringProtocol {
    var trimmed: String { String(drop { $0 == " " }) }

    func range(of part: String) -> Range<Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(part) { return index..<self.index(index, offsetBy: part.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
