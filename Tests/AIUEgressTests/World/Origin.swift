import AIUSystem
import Glibc
import Synchronization

/// A server of the world: notes what it is sent, byte for byte, and answers by a script.
final class Origin: Sendable {
    let port: UInt16
    private let seen = Mutex<[String]>([])
    private let connections = Mutex(0)

    /// What is sent back for a whole head and what came with it; nil says nothing yet, an empty text closes.
    typealias Script = @Sendable (String) -> String?

    static let usual = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    init(_ script: @escaping Script = { $0.hasSuffix("\r\n\r\n") ? usual : nil }) throws {
        let (raw, port) = try Loopback.listen()
        self.port = port
        _ = fcntl(raw, F_SETFL, 0)
        _ = Thread { [self] in
            // Lives as long as the test process; accepting ends with it.
            while true {
                let socket = accept(raw, nil, nil)
                guard socket >= 0 else { return }
                connections.withLock { $0 += 1 }
                _ = Thread { self.serve(FileDescriptor(owning: socket), script) }
            }
        }
    }

    private func serve(_ socket: consuming FileDescriptor, _ script: Script) {
        var text = ""
        while let part = try? socket.read(upTo: 65536), !part.isEmpty {
            let piece = String(decoding: part, as: UTF8.self)
            seen.withLock { $0.append(piece) }
            text += piece
            guard let answer = script(text) else { continue }
            if answer.isEmpty { return }
            do { try socket.writeAll(Array(answer.utf8)) } catch { return }
            text = ""
        }
    }

    /// All that was ever sent to it.
    var received: String { seen.withLock { $0.joined() } }
    var connectionCount: Int { connections.withLock { $0 } }
}
