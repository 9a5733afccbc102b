import AIUSystem
import Glibc
import Synchronization

/// A name server with a table; it notes what it was asked.
final class TestNameServer: Sendable {
    let port: UInt16
    private let table: Mutex<[String: [[UInt8]]]>
    private let asked = Mutex<[String]>([])

    init(_ table: [String: [[UInt8]]]) throws {
        self.table = Mutex(table)
        let (raw, port) = try Loopback.listen(datagram: true)
        self.port = port
        _ = fcntl(raw, F_SETFL, 0)
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
                let answer = answer(Array(buffer.prefix(count)))
                _ = unsafe withUnsafePointer(to: &peer) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe sendto(raw, answer, answer.count, 0, $0, length)
                    }
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
