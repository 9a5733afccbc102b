import AIUSystem
import AIUVsock
import CLinux
import Glibc

/// A device in small memory, and host programs at the other ends of its connections.
@safe final class HostileGuest {
    private static let memoryBytes = 128 << 10
    private static let guestBase: UInt64 = 0x1000
    private static let userBase: UInt64 = 1 << 40
    private static let ringBytes = 32 << 10
    private static let payloadArea = 96 << 10
    private static let peersLimit = 256

    private let loop: EventLoop
    private let device: VsockDevice
    private let memory: UnsafeMutableRawPointer
    private let peers = Peers()
    private let size: UInt32
    private var available: [UInt16] = [0, 0]

    /// The host programs, as seen from their own side.
    private final class Peers {
        var sockets: [Int32] = []
        deinit { for socket in sockets { Glibc.close(socket) } }
    }

    init(_ input: inout FuzzInput) throws {
        loop = try EventLoop()
        let peers = self.peers
        device = VsockDevice(cid: 42, loop: loop) { port throws(SystemError) in
            // Every eighth port has nobody behind it.
            guard port % 8 != 7, peers.sockets.count < Self.peersLimit else {
                throw SystemError("connect", code: .connectionRefused)
            }
            let (ours, theirs) = try UnixSocket.pair().take()
            peers.sockets.append(theirs)
            return FileDescriptor(owning: ours)
        }
        let file = FileDescriptor(owning: try SystemError.check(unsafe aiu_memfd("fuzz"), "make memory"))
        try file.truncate(to: Int64(Self.memoryBytes))
        let mapping = unsafe mmap(nil, Self.memoryBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0)
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
            throw SystemError("map", code: .current)
        }
        unsafe memory = mapping
        // Two regions, so that their border can be crossed.
        for half in 0..<2 as Range<UInt64> {
            let offset = half * UInt64(Self.memoryBytes / 2)
            try device.memory.add(
                MemoryRegion(
                    guestAddress: Self.guestBase + offset, byteCount: UInt64(Self.memoryBytes / 2),
                    userAddress: Self.userBase + offset * 2, fileOffset: offset),
                file: file)
        }
        let flags = input.byte()
        size = 1 << UInt32(input.byte() % 9)
        for queue in [device.receiveQueue, device.transmitQueue] {
            queue.usesEventIndex = flags & 1 != 0
            queue.allowsIndirect = flags & 2 != 0
        }
        start()
    }

    deinit { unsafe munmap(memory, Self.memoryBytes) }

    private func start() {
        available = [0, 0]
        for (index, queue) in [device.receiveQueue, device.transmitQueue].enumerated() {
            _ = queue.stop()
            let base = Self.userBase + UInt64(index * Self.ringBytes / 2)
            let isGood =
                queue.setSize(size)
                && queue.setAddresses(.init(descriptors: base, used: base + 12288, available: base + 8192))
            precondition(isGood, "a good ring was refused")
            queue.setBase(0)
            queue.start()
            queue.enabled = true
            store(UInt16(0), at: index * Self.ringBytes / 2 + 8192 + 2)
        }
        device.dropAll()
    }

    private func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        let end = Self.memoryBytes - MemoryLayout.size(ofValue: value)
        unsafe memory.storeBytes(of: value, toByteOffset: min(offset, end), as: type(of: value))
    }

    func step(_ input: inout FuzzInput) throws {
        switch input.byte() % 12 {
        case 0: store(input.number(UInt64.self), at: Int(input.number(UInt32.self)) % Self.memoryBytes)
        case 1: describe(&input)
        case 2: publish(&input)
        case 3, 4, 5: packet(&input)
        case 6, 7: offerBuffers(&input)
        case 8: try dial(&input)
        case 9: hostActs(&input)
        case 10: if input.byte() % 16 == 0 { start() }
        case _: break
        }
        try loop.turn(waitingAtMost: .zero)
        _ = device.pump()
        check()
    }

    private func check() {
        precondition(device.connectionCount <= Limits.connections)
        precondition(device.statistics.bytesHeld >= 0 && device.statistics.bytesHeld <= Limits.totalWindow)
        precondition(device.receiveQueue.nextAvailable == 0 || device.receiveQueue.size > 0)
    }

    func finish() {
        device.closeAll()
        precondition(device.connectionCount == 0)
        precondition(device.statistics.bytesHeld == 0)
    }

    // MARK: Steps

    private func ring(_ index: Int) -> Int { index * Self.ringBytes / 2 }

    private func describe(_ input: inout FuzzInput) {
        let base = ring(Int(input.byte() & 1)) + 16 * (Int(input.number(UInt16.self)) % Int(size))
        let address: UInt64 =
            input.byte() % 8 == 0
            ? input.number() : Self.guestBase + UInt64(input.number(UInt32.self) % UInt32(Self.memoryBytes))
        store(address, at: base)
        store(input.byte() % 8 == 0 ? input.number(UInt32.self) : UInt32(input.number(UInt16.self)), at: base + 8)
        store(UInt16(input.byte() % 8), at: base + 12)
        store(input.byte() % 8 == 0 ? input.number(UInt16.self) : UInt16(input.byte()), at: base + 14)
    }

    private func publish(_ input: inout FuzzInput) {
        let index = Int(input.byte() & 1)
        let slot = Int(input.number(UInt16.self)) % Int(size)
        store(UInt16(input.byte()), at: ring(index) + 8192 + 4 + 2 * slot)
        available[index] &+= input.byte() % 8 == 0 ? input.number(UInt16.self) : 1
        store(available[index], at: ring(index) + 8192 + 2)
    }

    private func offer(_ index: Int, _ address: UInt64, _ length: UInt32, _ flags: UInt16) {
        let slot = Int(available[index]) % Int(size)
        let base = ring(index) + 16 * slot
        store(address, at: base)
        store(length, at: base + 8)
        store(flags, at: base + 12)
        store(UInt16(slot), at: ring(index) + 8192 + 4 + 2 * slot)
        available[index] &+= 1
        store(available[index], at: ring(index) + 8192 + 2)
    }

    /// A packet that is nearly right.
    private func packet(_ input: inout FuzzInput) {
        var header = PacketHeader()
        let oddities = input.byte()
        header.sourceCID = oddities & 1 == 0 || oddities & 2 == 0 ? 42 : input.number()
        header.destinationCID = oddities & 4 == 0 || oddities & 2 == 0 ? 2 : input.number()
        header.sourcePort = UInt32(input.byte() % 8)
        let port = input.byte()
        header.destinationPort = port & 128 == 0 ? UInt32(port % 16) : VsockDevice.firstHostPort + UInt32(port % 16)
        header.operation = UInt16(input.byte() % 9)
        header.type = oddities & 8 == 0 || oddities & 16 == 0 ? 1 : input.number()
        header.flags = UInt32(input.byte())
        header.bufferAllocation = oddities & 32 == 0 ? 1 << 18 : input.number()
        header.forwardCount = oddities & 64 == 0 ? 0 : input.number()
        let payload = UInt32(input.number(UInt16.self) % 20000)
        header.length = oddities & 128 == 0 ? payload : input.number()
        unsafe header.write(to: memory + Self.payloadArea)
        offer(1, Self.guestBase + UInt64(Self.payloadArea), 44 + payload, 0)
    }

    private func offerBuffers(_ input: inout FuzzInput) {
        let length = input.byte() % 8 == 0 ? UInt32(input.byte()) : 4140
        for slot in 0..<UInt64(input.byte() % 8) {
            offer(0, Self.guestBase + UInt64(Self.memoryBytes / 2) + slot * 4160, length, 2)
        }
    }

    private func dial(_ input: inout FuzzInput) throws {
        guard peers.sockets.count < Self.peersLimit else { return }
        let (ours, theirs) = try UnixSocket.pair().take()
        peers.sockets.append(theirs)
        device.open(port: UInt32(input.byte() % 8), socket: FileDescriptor(owning: ours))
    }

    private func hostActs(_ input: inout FuzzInput) {
        guard !peers.sockets.isEmpty else { return }
        let index = Int(input.byte()) % peers.sockets.count
        let socket = peers.sockets[index]
        var buffer = [UInt8](repeating: 1, count: 32 << 10)
        switch input.byte() % 5 {
        case 0: _ = unsafe send(socket, buffer, Int(input.number(UInt16.self)) % buffer.count, Self.now)
        case 1, 2: while unsafe recv(socket, &buffer, buffer.count, Self.now) > 0 {}
        case 3: _ = shutdown(socket, Int32(input.byte() % 3))
        case _:
            close(socket)
            peers.sockets.remove(at: index)
        }
    }

    private static var now: Int32 { Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT) }
}
