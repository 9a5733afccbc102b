import AIUSystem
import CLinux
import Glibc
import Synchronization

/// A name server with a table; it notes what it was asked.
final class TestNameServer: Sendable {
    let port: UInt16
    private let table: Mutex<[String: [[UInt8]]]>
    private let asked = Mutex<[String]>([])

    /// With `cut`, datagrams are too small, and it must be asked by TCP.
    init(_ table: [String: [[UInt8]]], cut: Bool = false) throws {
        self.table = Mutex(table)
        let (raw, port) = try Loopback.listen(datagram: true)
        self.port = port
        _ = fcntl(raw, F_SETFL, 0)
        if cut { try listenByTCP() }
        _ = Thread { [self] in
            var buffer = [UInt8](repeating: 0, count: 2048)
            var peer = sockaddr_in()
            while true {
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let count = unsafe withUnsafeMutablePointer(to: &peer) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe recvfrom(raw, &buffer, buffer.count, 0, $0, &length)
                    }
                }
                guard count > 12 else { continue }
                var answer = answer(Array(buffer.prefix(count)))
                if cut {
                    answer[2] |= 2
                    answer[7] = 0
                    answer = Array(answer.prefix(count))
                }
                _ = unsafe withUnsafePointer(to: &peer) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe sendto(raw, answer, answer.count, 0, $0, length)
                    }
                }
            }
        }
    }

    private func listenByTCP() throws {
        var port = port
        let raw = unsafe aiu_internet_listen(Loopback.address, 4, &port, 0)
        _ = fcntl(try SystemError.check(raw, "listen"), F_SETFL, 0)
        _ = Thread { [self] in
            while true {
                let socket = FileDescriptor(owning: accept(raw, nil, nil))
                while let head = try? socket.readAll(count: 2), head.count == 2,
                    let question = try? socket.readAll(count: Int(head[0]) << 8 | Int(head[1]))
                {
                    let answer = answer(question)
                    // In two pieces, as a network may.
                    do {
                        try socket.writeAll([UInt8(answer.count >> 8), UInt8(answer.count & 0xFF)] + answer.prefix(9))
                        try socket.writeAll(Array(answer.dropFirst(9)))
                    } catch { break }
                }
            }
        }
    }

    func set(_ name: String, _ addresses: [[UInt8]]) { table.withLock { $0[name] = addresses } }

    var questions: [String] { asked.withLock { $0 } }

    private func answer(_ question: [UInt8]) -> [UInt8] {
        var labels: [String] = []
        var index = 12
        while question[index] > 0 {
            let length = Int(question[index])
            labels.append(String(decoding: question[index + 1..<index + 1 + length], as: UTF8.self))
            index += 1 + length
        }
        let name = labels.joined(separator: ".")
        asked.withLock { $0.append(name) }
        let kind = question[index + 2]
        let known = table.withLock { $0[name] }
        let addresses = (known ?? []).filter { $0.count == (kind == 1 ? 4 : 16) }
        var bytes =
            Array(question.prefix(2)) + [0x81, known == nil ? 0x83 : 0x80, 0, 1, 0, UInt8(addresses.count), 0, 0, 0, 0]
        bytes += question[12..<index + 5]
        for address in addresses {
            bytes += [0xC0, 12, 0, kind, 0, 1, 0, 0, 0, 1, 0, UInt8(address.count)] + address
        }
        return bytes
    }
}
