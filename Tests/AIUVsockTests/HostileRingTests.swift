import AIUSystem
import AIUVsock
import Testing

/// Rings that a broken or hostile guest builds.
struct HostileRingTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: RingFault
        let build: @Sendable (FakeRing) -> Void

        init(_ description: String, _ fault: RingFault, _ build: @escaping @Sendable (FakeRing) -> Void) {
            testDescription = description
            self.fault = fault
            self.build = build
        }
    }

    static let inside = FakeMemory.guestBase + UInt64(World.transmitArea)
    static let end = FakeMemory.guestBase + 8 << 20

    static let attacks: [Attack] = [
        Attack("an index that jumps", .indexJumped(from: 0, to: 65)) { $0.publish(65) },
        Attack("an index that goes back", .indexJumped(from: 0, to: .max)) { $0.publish(.max) },
        Attack("a head beyond the table", .headOutOfRange(64)) { $0.offer(head: 64) },
        Attack("the largest head", .headOutOfRange(.max)) { $0.offer(head: .max) },
        Attack("a next beyond the table", .nextOutOfRange(64)) {
            $0.describe(0, address: inside, length: 44, flags: FakeRing.next, next: 64)
            $0.offer(head: 0)
        },
        Attack("a loop of one", .chainTooLong) {
            $0.describe(0, address: inside, length: 44, flags: FakeRing.next, next: 0)
            $0.offer(head: 0)
        },
        Attack("a loop of two", .chainTooLong) {
            $0.describe(0, address: inside, length: 44, flags: FakeRing.next, next: 1)
            $0.describe(1, address: inside, length: 44, flags: FakeRing.next, next: 0)
            $0.offer(head: 0)
        },
        Attack("an empty descriptor", .emptyDescriptor) {
            $0.describe(0, address: inside, length: 0, flags: 0, next: 0)
            $0.offer(head: 0)
        },
        Attack("below memory", .outsideMemory(address: 0, length: 44)) {
            $0.describe(0, address: 0, length: 44, flags: 0, next: 0)
            $0.offer(head: 0)
        },
        Attack("just above memory", .outsideMemory(address: FakeMemory.guestBase + (8 << 20), length: 1)) {
            $0.describe(0, address: FakeMemory.guestBase + (8 << 20), length: 1, flags: 0, next: 0)
            $0.offer(head: 0)
        },
        Attack("across the end of memory", .outsideMemory(address: FakeMemory.guestBase + (8 << 20) - 43, length: 44)) {
            $0.describe(0, address: FakeMemory.guestBase + (8 << 20) - 43, length: 44, flags: 0, next: 0)
            $0.offer(head: 0)
        },
        Attack("longer than memory", .outsideMemory(address: inside, length: .max)) {
            $0.describe(0, address: inside, length: .max, flags: 0, next: 0)
            $0.offer(head: 0)
        },
        Attack("an end beyond all numbers", .outsideMemory(address: .max - 15, length: 32)) {
            $0.describe(0, address: .max - 15, length: 32, flags: 0, next: 0)
            $0.offer(head: 0)
        },
        Attack("a descriptor to be written", .wrongDirection) {
            $0.describe(0, address: inside, length: 44, flags: FakeRing.write, next: 0)
            $0.offer(head: 0)
        },
        Attack("an empty table", .indirectLength(0)) { indirect($0, length: 0) },
        Attack("a table of a fraction", .indirectLength(17)) { indirect($0, length: 17) },
        Attack("a table that is too long", .indirectLength(16400)) { indirect($0, length: 16400) },
        Attack("a table outside memory", .outsideMemory(address: 0, length: 32)) { indirect($0, address: 0) },
        Attack("a table that is not aligned", .outsideMemory(address: table + 1, length: 32)) {
            indirect($0, address: table + 1)
        },
        Attack("a table and a next", .indirectWithNext) {
            indirect($0, flags: FakeRing.indirect | FakeRing.next)
        },
        Attack("a table in a table", .indirectNested) {
            $0.describe(
                inTable: World.indirectArea, 0, address: table, length: 32, flags: FakeRing.indirect, next: 0)
            indirect($0)
        },
        Attack("a next beyond the table in a table", .nextOutOfRange(2)) {
            $0.describe(inTable: World.indirectArea, 0, address: inside, length: 44, flags: FakeRing.next, next: 2)
            indirect($0)
        },
        Attack("a loop in a table", .chainTooLong) {
            $0.describe(inTable: World.indirectArea, 0, address: inside, length: 44, flags: FakeRing.next, next: 0)
            indirect($0)
        },
    ]

    static let table = FakeMemory.guestBase + UInt64(World.indirectArea)

    static func indirect(
        _ ring: FakeRing, address: UInt64 = table, length: UInt32 = 32, flags: UInt16 = FakeRing.indirect
    ) {
        ring.describe(0, address: address, length: length, flags: flags, next: 1)
        ring.offer(head: 0)
    }

    @Test("an attack on the sending ring stops the device, not the back end", arguments: attacks)
    func transmit(attack: Attack) throws {
        let world = try World(features: StreamTests.everything)
        let stream = try world.connectFromHost()
        let queue = world.backEnd.device.transmitQueue
        let ring = FakeRing(world.memory, at: 0x80000, size: 64)
        let frontEnd = try world.frontEnd()
        _ = try frontEnd.ask(.getQueueBase, [UInt32(1), UInt32(0)])
        try frontEnd.start(ring, index: 1)
        attack.build(ring)
        ring.kickDevice()
        try world.turn()
        #expect(queue.fault == attack.fault)
        #expect(world.backEnd.device.connectionCount == 0)
        #expect(try stream.socket.read(upTo: 10) == [])

        // A reset of the device makes it whole again.
        _ = try frontEnd.ask(.getQueueBase, [UInt32(1), UInt32(0)])
        let fresh = FakeRing(world.memory, at: 0xC0000, size: 64)
        try frontEnd.start(fresh, index: 1)
        #expect(queue.isRunning)
    }

    @Test("a guest that attacks again and again fills no log")
    func repeatedAttacks() throws {
        let (reader, writer) = try UnixSocket.pair().take()
        let log = FileDescriptor(owning: reader)
        // The writing end stays open: other tests may be about to write to it.
        let world = try World()
        let frontEnd = try world.frontEnd()
        Log.configure(threshold: .warning, descriptor: writer)
        defer { Log.configure(threshold: .info) }
        for _ in 0..<100 {
            _ = try frontEnd.ask(.getQueueBase, [UInt32(1), UInt32(0)])
            let ring = FakeRing(world.memory, at: 0x80000, size: 64)
            try frontEnd.start(ring, index: 1)
            ring.publish(4321)
            ring.kickDevice()
            try world.turn()
        }
        try log.setNonBlocking()
        let text = try log.read(upTo: 1 << 20) ?? []
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(lines.count { $0.contains("jumped from 0 to 4321") } == Limits.complaints)
        #expect(world.backEnd.device.statistics.protocolErrors == 100)
    }

    @Test("an indirect table that was not agreed on is refused")
    func notOffered() throws {
        let world = try World()
        Self.indirect(world.transmitRing)
        world.transmitRing.kickDevice()
        try world.turn()
        #expect(world.backEnd.device.transmitQueue.fault == .indirectNotOffered)
    }

    @Test("receive buffers too short for a header, or not to be written, stop the device", arguments: [43, 1, 0])
    func receive(length: Int) throws {
        let world = try World(receiveBuffers: 0)
        let ring = world.receiveRing
        let isReadable = length == 0
        ring.offer(
            [.init(offset: World.receiveArea, length: isReadable ? 4096 : length)],
            flags: isReadable ? 0 : FakeRing.write)
        _ = try world.dial("CONNECT 1\n")
        let queue = world.backEnd.device.receiveQueue
        #expect(queue.fault == (isReadable ? .wrongDirection : .chainTooShort(length)))
        #expect(world.backEnd.device.connectionCount == 0)
    }

    @Test("buffers with room for a header only are used up without losing data")
    func headerOnly() throws {
        let world = try World(receiveLayout: [44], receiveBuffers: 2)
        let stream = try world.connectFromHost()
        try stream.socket.writeAll([1, 2, 3])
        let packets = try world.receive(refill: false)
        #expect(packets.allSatisfy { $0.operation == .creditUpdate && $0.payload.isEmpty })
        #expect(!packets.isEmpty)
    }

    @Test("a failure of a ring is signalled to QEMU")
    func failureSignal() throws {
        let world = try World()
        let (reader, writer) = try UnixSocket.pair().take()
        let signalled = FileDescriptor(owning: reader)
        let sent = FileDescriptor(owning: writer)
        try world.frontEnd().send(.setQueueFailure, [UInt64(1)], descriptors: [sent.raw])
        world.transmitRing.publish(500)
        world.transmitRing.kickDevice()
        try world.turn()
        #expect(try signalled.read(upTo: 8)?.count == 8)
    }
}
