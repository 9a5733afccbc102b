import AIUSystem
import AIUVsock
import CLinux
import Glibc

/// A guest's packet.
struct Packet: Equatable {
    var header: PacketHeader
    var payload: [UInt8] = []

    var operation: PacketHeader.Operation? { PacketHeader.Operation(rawValue: header.operation) }
}

/// A back end in a folder of its own, with a guest made by hand, on this one thread.
final class World {
    static let cid: UInt64 = 42
    static let guestWindow: UInt32 = 256 << 10

    let directory: String
    let loop: EventLoop
    let backEnd: BackEnd
    let memory: FakeMemory
    let receiveRing: FakeRing
    let transmitRing: FakeRing
    let features: UInt64
    /// The lengths of the pieces of which each receive buffer consists.
    let receiveLayout: [Int]
    private var receivePieces: [UInt16: [FakeRing.Piece]] = [:]
    private var frontEndStorage: FrontEnd?
    private var packets: [Packet] = []
    private var transmitOffset = 0

    static let plain = VhostUserFeature.version1 | VhostUserFeature.protocolFeatures
    static let receiveArea = 1 << 20
    static let transmitArea = 4 << 20
    static let indirectArea = 7 << 20

    init(
        features: UInt64 = World.plain, queueSize: Int = 64, receiveLayout: [Int] = [44, 4096],
        receiveBuffers: Int? = nil, running: Bool = true
    ) throws {
        _ = aiu_set_limit(Int32(RLIMIT_NOFILE.rawValue), 8192)
        var name = Array("/tmp/aiu-vsock-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else { throw SystemError("make a folder", code: .current) }
        directory = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        loop = try EventLoop()
        backEnd = try BackEnd(.init(directory: directory, cid: Self.cid), loop: loop)
        memory = try FakeMemory()
        receiveRing = FakeRing(memory, at: 0x1000, size: queueSize)
        transmitRing = FakeRing(memory, at: 0x40000, size: queueSize)
        self.features = features
        self.receiveLayout = receiveLayout
        guard running else { return }
        let frontEnd = try frontEnd()
        try frontEnd.negotiate(features)
        try frontEnd.setMemory(memory)
        fillReceiveRing(receiveBuffers ?? queueSize / receiveLayout.count)
        try frontEnd.start(receiveRing, index: 0)
        try frontEnd.start(transmitRing, index: 1)
    }

    deinit {
        // A folder left behind in /tmp does no harm.
        try? Files.removeTree(directory)
    }

    func frontEnd() throws -> FrontEnd {
        if let frontEndStorage { return frontEndStorage }
        let made = try FrontEnd(path: "\(directory)/vhost.sock") { [unowned self] in try turn() }
        frontEndStorage = made
        return made
    }

    func dropFrontEnd() throws {
        frontEndStorage = nil
        try turn()
    }

    func turn(_ times: Int = 4) throws {
        for _ in 0..<times { try backEnd.turn(waitingAtMost: .zero) }
    }

    /// Turns until something holds, for a while.
    func until(_ limit: Duration = .seconds(10), _ condition: () throws -> Bool) throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while .now < deadline {
            if try condition() { return true }
            try backEnd.turn(waitingAtMost: .milliseconds(1))
        }
        return try condition()
    }

    // MARK: Receiving

    func fillReceiveRing(_ count: Int) {
        for _ in 0..<count { offerReceiveBuffer() }
        receiveRing.kickDevice()
    }

    private var receiveCount = 0

    func offerReceiveBuffer() {
        let total = receiveLayout.reduce(0, +)
        let slots = receiveRing.size / receiveLayout.count
        var offset = Self.receiveArea + (receiveCount % slots) * ((total + 63) / 64 * 64)
        receiveCount += 1
        let pieces = receiveLayout.map { length in
            defer { offset += length }
            return FakeRing.Piece(offset: offset, length: length)
        }
        receivePieces[receiveRing.offer(pieces, flags: FakeRing.write)] = pieces
    }

    /// Takes the packets that have arrived, and offers their buffers again.
    func receive(refill: Bool = true) throws -> [Packet] {
        try turn()
        var packets: [Packet] = []
        for (head, written) in receiveRing.takeUsed() {
            let bytes = (receivePieces[head] ?? []).flatMap { memory.read($0.offset, $0.length) }.prefix(written)
            packets.append(try Packet(bytes: Array(bytes)))
            if refill { offerReceiveBuffer() }
        }
        if refill, !packets.isEmpty { receiveRing.kickDevice() }
        return packets
    }

    /// Takes packets until the first of some kind.
    func receive(_ operation: PacketHeader.Operation) throws -> Packet {
        var seen: [Packet] = []
        _ = try until(.seconds(5)) {
            seen += try receive()
            return seen.contains { $0.operation == operation }
        }
        guard let found = seen.first(where: { $0.operation == operation }) else {
            throw SystemError("receive \(operation)", "\(seen.map(\.header.operation))", code: .timedOut)
        }
        return found
    }

    // MARK: Sending

    func header(
        _ operation: PacketHeader.Operation, from guestPort: UInt32, to hostPort: UInt32, window: UInt32 = guestWindow,
        forwarded: UInt32 = 0
    ) -> PacketHeader {
        var header = PacketHeader()
        header.sourceCID = Self.cid
        header.destinationCID = 2
        header.sourcePort = guestPort
        header.destinationPort = hostPort
        header.operation = operation.rawValue
        header.bufferAllocation = window
        header.forwardCount = forwarded
        return header
    }

    /// Sends a packet as a chain of pieces of the given lengths; the last takes the rest.
    func send(_ packet: Packet, layout: [Int] = [44], indirect: Bool = false, setsLength: Bool = true) throws {
        var packet = packet
        if setsLength { packet.header.length = UInt32(packet.payload.count) }
        let bytes = packet.header.bytes + packet.payload
        if transmitOffset + bytes.count > 2 << 20 { transmitOffset = 0 }
        var offset = Self.transmitArea + transmitOffset
        transmitOffset += (bytes.count + 63) / 64 * 64
        memory.write(bytes, at: offset)
        var pieces: [FakeRing.Piece] = []
        var left = bytes.count
        for length in layout where left > 0 {
            let part = min(length, left)
            pieces.append(.init(offset: offset, length: part))
            offset += part
            left -= part
        }
        if left > 0 { pieces.append(.init(offset: offset, length: left)) }
        transmitRing.offer(pieces, flags: 0, indirectTable: indirect ? Self.indirectArea : nil)
        transmitRing.kickDevice()
        try turn()
        _ = transmitRing.takeUsed()
    }

    func send(
        _ operation: PacketHeader.Operation, from guestPort: UInt32, to hostPort: UInt32, payload: [UInt8] = [],
        flags: ShutdownFlags = [], window: UInt32 = guestWindow, forwarded: UInt32 = 0
    ) throws {
        var header = header(operation, from: guestPort, to: hostPort, window: window, forwarded: forwarded)
        header.flags = flags.rawValue
        try send(Packet(header: header, payload: payload))
    }

    // MARK: Connections

    /// A host program that asks for a port of the guest's.
    func dial(_ line: String) throws -> FileDescriptor {
        let socket = try UnixSocket.connect("\(directory)/host.sock")
        try socket.setNonBlocking()
        if !line.isEmpty { try socket.writeAll(Array(line.utf8)) }
        try turn()
        return socket
    }

    /// A host program connected to a port of the guest's, which answered.
    func connectFromHost(port: UInt32 = 1024, window: UInt32 = guestWindow) throws -> Stream {
        let socket = try dial("CONNECT \(port)\n")
        let request = try receive(.request)
        try send(.response, from: port, to: request.header.sourcePort, window: window)
        let line = try socket.read(upTo: 64) ?? []
        guard line == Array("OK \(request.header.sourcePort)\n".utf8) else {
            throw SystemError("connect", String(decoding: line, as: UTF8.self), code: .connectionRefused)
        }
        return Stream(socket: socket, guestPort: port, hostPort: request.header.sourcePort)
    }

    func listen(_ port: UInt32, backlog: Int32 = 128) throws -> FileDescriptor {
        try UnixSocket.listen("\(directory)/guest_\(port)", backlog: backlog)
    }

    /// A guest's program connected to one of the host's.
    func connectFromGuest(
        _ listener: borrowing FileDescriptor, port: UInt32, guestPort: UInt32 = 5000, window: UInt32 = guestWindow
    ) throws -> Stream {
        try send(.request, from: guestPort, to: port, window: window)
        _ = try receive(.response)
        guard let socket = try UnixSocket.accept(listener) else { throw SystemError("accept", code: .wouldBlock) }
        return Stream(socket: socket, guestPort: guestPort, hostPort: port)
    }
}

/// The host's end of a connection, and its two ports.
final class Stream {
    let socket: FileDescriptor
    let guestPort: UInt32
    let hostPort: UInt32

    init(socket: consuming FileDescriptor, guestPort: UInt32, hostPort: UInt32) {
        self.socket = consume socket
        self.guestPort = guestPort
        self.hostPort = hostPort
    }
}

extension Packet {
    init(bytes: [UInt8]) throws {
        guard bytes.count >= PacketHeader.byteCount else { throw SystemError("parse", code: .invalidArgument) }
        header = unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return PacketHeader() }
            return unsafe PacketHeader(copiedTo: base)
        }
        payload = Array(bytes[PacketHeader.byteCount...])
    }
}

extension PacketHeader {
    var bytes: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            if let base = buffer.baseAddress { unsafe write(to: UnsafeMutableRawPointer(base)) }
            count = Self.byteCount
        }
    }
}
