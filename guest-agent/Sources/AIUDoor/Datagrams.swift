internal import AIUSystem
internal import Glibc

/// A datagram socket of the guest's own loopback, and who asked.
final class Datagrams {
    /// What came, or goes to whom it came from.
    struct Message {
        let bytes: [UInt8]
        let sender: sockaddr_in
    }

    private static let shortest = 12

    let file: FileDescriptor
    private let longest: Int

    init(_ file: consuming FileDescriptor, longest: Int) {
        self.file = file
        self.longest = longest
    }

    /// The next question, nil when none waits. What can be none is passed over.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Message? {
        while true {
            var sender = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = unsafe withUnsafeMutablePointer(to: &sender) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe recvfrom(file.raw, buffer.baseAddress, buffer.count, 0, generic, &length)
                }
            }
            if count < 0 {
                switch Errno.current {
                case .wouldBlock: return nil
                case .interrupted: continue
                case let code: throw SystemError("receive a question", code: code)
                }
            }
            guard (Self.shortest...longest).contains(count) else { continue }
            return Message(bytes: unsafe Array(buffer[..<count]), sender: sender)
        }
    }

    func send(_ message: Message) {
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // As with any datagram: one that cannot be sent is lost, and the asker asks again.
        _ = unsafe withUnsafePointer(to: message.sender) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe sendto(file.raw, message.bytes, message.bytes.count, 0, generic, length)
            }
        }
    }
}
