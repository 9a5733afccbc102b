import AIUDoor
import AIUSystem
import CLinux
import Glibc
import Testing

/// A socket that a test may close before it goes out of scope.
final class TestSocket {
    private var file: FileDescriptor?

    init(_ file: consuming FileDescriptor) { self.file = consume file }

    var raw: Int32 { file?.raw ?? -1 }
    func closeNow() { file = nil }
    func read(upTo count: Int) throws(SystemError) -> [UInt8]? { try file?.read(upTo: count) }
    func write(_ bytes: [UInt8], from offset: Int = 0) throws(SystemError) -> Int? {
        try file?.write(bytes, from: offset)
    }
}

/// A door on a loop that the test itself turns, with the test as the guest's programs and as the host.
final class DoorRig {
    let loop: EventLoop
    let door: Door
    private let calls = Calls()
    private let streamPort: UInt16
    private let questionPort: UInt16
    private let asker: FileDescriptor

    /// The host's ends of what was dialled.
    private final class Calls {
        var hosts: [TestSocket] = []
    }

    init(limits: DoorLimits = DoorLimits(), refuses: Bool = false) throws {
        signal(SIGPIPE, SIG_IGN)
        loop = try EventLoop()
        let calls = calls
        door = Door(loop: loop, limits: limits) { _ throws(SystemError) in
            guard !refuses else { throw SystemError("dial the host", code: .connectionReset) }
            let (near, far) = try UnixSocket.pair().take()
            let host = TestSocket(FileDescriptor(owning: far))
            let end = FileDescriptor(owning: near)
            _ = fcntl(host.raw, F_SETFL, O_NONBLOCK)
            try end.setNonBlocking()
            calls.hosts.append(host)
            return end
        }
        let streams = try Self.listen(datagrams: false)
        streamPort = Self.port(of: streams.raw)
        try door.serve(streams, leadingTo: .proxy)
        let questions = try Self.listen(datagrams: true)
        questionPort = Self.port(of: questions.raw)
        try door.answer(questions)
        asker = try Self.listen(datagrams: true)
        try Self.connect(asker.raw, questionPort)
    }

    var hosts: [TestSocket] {
        get { calls.hosts }
        set { calls.hosts = newValue }
    }

    func turn() throws { try loop.turn(waitingAtMost: .milliseconds(2)) }

    func wait(until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while try !condition() {
            try #require(ContinuousClock.now < deadline, "nothing happened")
            try turn()
        }
    }

    /// A program's connection to the door.
    func dialDoor() throws -> TestSocket {
        let client = TestSocket(FileDescriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)))
        try Self.connect(client.raw, streamPort)
        _ = fcntl(client.raw, F_SETFL, O_NONBLOCK)
        return client
    }

    /// A program's connection, and the host's end of it.
    func connect() throws -> (TestSocket, TestSocket) {
        let client = try dialDoor()
        return (client, try nextHost())
    }

    func nextHost() throws -> TestSocket {
        try wait { !hosts.isEmpty }
        return hosts.removeFirst()
    }

    func pass(_ bytes: [UInt8], from source: TestSocket, to target: TestSocket) throws -> [UInt8] {
        var sent = 0
        var received: [UInt8] = []
        try wait {
            if sent < bytes.count { sent += try source.write(bytes, from: sent) ?? 0 }
            received += try target.read(upTo: 1 << 20) ?? []
            return received.count >= bytes.count
        }
        return received
    }

    func receive(_ count: Int, from socket: TestSocket) throws -> [UInt8] {
        var received: [UInt8] = []
        try wait {
            received += try socket.read(upTo: count - received.count) ?? []
            return received.count == count
        }
        return received
    }

    func ask(_ question: [UInt8]) throws { _ = try asker.write(question) }

    func nextAnswer() throws -> [UInt8] {
        var answer: [UInt8] = []
        try wait {
            answer = try asker.read(upTo: 4096) ?? []
            return !answer.isEmpty
        }
        return answer
    }

    private static func listen(datagrams: Bool) throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try SystemError.check(aiu_loopback_listen(0, datagrams ? 1 : 0), "listen"))
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func port(of socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = unsafe getsockname(socket, generic, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func connect(_ socket: Int32, _ port: UInt16) throws(SystemError) {
        let result = unsafe withUnsafePointer(to: address(port)) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.connect(socket, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try SystemError.checkErrno(result, "connect")
    }
}
