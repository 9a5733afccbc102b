import AIUSystem
import AIUVsock
import Glibc
import Testing

/// The conversation with QEMU, and what a confused or hostile front end says.
struct VhostUserTests {
    @Test("offers what it implements, and the guest's address as configuration")
    func offers() throws {
        let world = try World(running: false)
        let frontEnd = try world.frontEnd()
        #expect(try frontEnd.ask(.getFeatures)?.number == VhostUserFeature.offered)
        #expect(try frontEnd.ask(.getProtocolFeatures)?.number == VhostUserFeature.offeredProtocol)
        #expect(try frontEnd.ask(.getQueueCount)?.number == 3)
        #expect(try frontEnd.ask(.getMemorySlots)?.number == UInt64(Limits.memoryRegions))
    }

    static let configurations: [(UInt32, UInt32, [UInt8])] = [
        (0, 8, [42, 0, 0, 0, 0, 0, 0, 0]),
        (0, 4, [42, 0, 0, 0]),
        (4, 4, [0, 0, 0, 0]),
        (8, 0, []),
        // Outside of the configuration: an empty answer.
        (0, 9, []),
        (4, 8, []),
        (9, 1, []),
        (.max, .max, []),
    ]

    @Test("parts of the configuration", arguments: configurations)
    func configuration(offset: UInt32, size: UInt32, content: [UInt8]) throws {
        let frontEnd = try World(running: false).frontEndKept()
        let reply = try frontEnd.1.ask(.getConfiguration, [offset, size, UInt32(0), UInt64(0)])
        #expect(reply?.payload == FrontEnd.bytes([offset, UInt32(content.count), UInt32(0)]) + content)
    }

    @Test("queue sizes", arguments: [0, 1, 2, 3, 63, 64, 65, 1024, 1025, 2048, 65536, .max] as [UInt32])
    func queueSize(size: UInt32) throws {
        let (world, frontEnd) = try World(running: false).frontEndKept()
        try frontEnd.negotiate(World.plain)
        let isGood = [1, 2, 64, 1024].contains(size)
        #expect(try frontEnd.acknowledged(.setQueueSize, [UInt32(0), size]) == (isGood ? 0 : 1))
        #expect(world.backEnd.device.receiveQueue.size == (isGood ? UInt16(size) : 0))
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: UInt32
        let payload: [UInt8]

        init(_ description: String, _ request: VhostUserRequest, _ values: [any FixedWidthInteger]) {
            self.init(description, raw: request.rawValue, values)
        }

        init(_ description: String, raw: UInt32, _ values: [any FixedWidthInteger]) {
            testDescription = description
            request = raw
            payload = FrontEnd.bytes(values)
        }
    }

    static let refused: [Refused] = [
        Refused("an unknown request", raw: 99, []),
        Refused("no request", raw: 0, []),
        Refused("the largest request", raw: .max, []),
        Refused("the dirty log, which is not offered", raw: 6, [UInt64(0), UInt64(0)]),
        Refused("features that were not offered", .setFeatures, [UInt64.max]),
        Refused("protocol features that were not offered", .setProtocolFeatures, [UInt64.max]),
        Refused("features in four bytes", .setFeatures, [UInt32(0)]),
        Refused("a queue that is not there", .setQueueSize, [UInt32(3), UInt32(64)]),
        Refused("the largest queue number", .enableQueue, [UInt32.max, UInt32(1)]),
        Refused("a size without a queue", .setQueueSize, [UInt32(0)]),
        Refused("nothing", .setQueueBase, []),
        Refused("addresses cut short", .setQueueAddresses, [UInt32(0), UInt32(0), UInt64(0)]),
        Refused("a kick without a descriptor", .setQueueKick, [UInt64(0)]),
        Refused("a call without a descriptor", .setQueueCall, [UInt64(1)]),
        Refused("a kick for queue 255", .setQueueKick, [UInt64(0x1FF)]),
        Refused(
            "a memory table without descriptors", .setMemoryTable,
            [UInt32(1), UInt32(0), UInt64(0), UInt64(1), UInt64(2), UInt64(3)]),
        Refused("a memory table that is cut short", .setMemoryTable, [UInt32(2), UInt32(0), UInt64(0)]),
        Refused("a memory table of nine", .setMemoryTable, [UInt32(9), UInt32(0)]),
        Refused("a memory table of the largest number", .setMemoryTable, [UInt32.max, UInt32(0)]),
        Refused("memory without a descriptor", .addMemory, [UInt64(0), UInt64(0), UInt64(4096), UInt64(0), UInt64(0)]),
        Refused("memory that is not there", .removeMemory, [UInt64(0), UInt64(0), UInt64(4096), UInt64(0), UInt64(0)]),
        Refused("a configuration to write", .setConfiguration, [UInt32(0), UInt32(8), UInt32(0), UInt64(9)]),
    ]

    @Test("requests that cannot be obeyed are refused, and the conversation goes on", arguments: refused)
    func refuse(bad: Refused) throws {
        let (world, frontEnd) = try World(running: false).frontEndKept()
        try frontEnd.negotiate(World.plain)
        #expect(try frontEnd.acknowledged(bad.request, bad.payload) == 1)
        #expect(try frontEnd.ask(.getFeatures)?.number == VhostUserFeature.offered)
        #expect(world.backEnd.outcome == nil)
    }

    static let regions: [(UInt64, UInt64, UInt64, UInt64, Comment)] = [
        (0, 0, 0, 0, "empty"),
        (0, 8 << 20 | 1, 0, 0, "one byte more than the file"),
        (0, 4096, 0, 8 << 20, "after the file"),
        (0, .max, 0, 0, "longer than all numbers"),
        (0, 4096, 0, .max - 4000, "an offset that overflows"),
        (.max - 100, 4096, 0, 0, "a guest address that overflows"),
        (0, 4096, .max - 100, 0, "a user address that overflows"),
        (0x20_0000, 4096, 0, 0, "overlaps in the guest"),
        (0, FakeMemory.guestBase + 1, 0, 0, "overlaps in the guest by a byte"),
        (0, 4096, FakeMemory.userBase + 4096, 0, "overlaps in QEMU"),
    ]

    @Test("memory regions that cannot be", arguments: regions)
    func region(guest: UInt64, size: UInt64, user: UInt64, offset: UInt64, comment: Comment) throws {
        let (world, frontEnd) = try World().frontEndKept()
        let answer = try frontEnd.acknowledged(
            .addMemory, [UInt64(0), guest, size, user, offset], descriptors: [world.memory.file.raw])
        #expect(answer == 1, comment)
        #expect(world.backEnd.device.memory.count == 1)
        _ = try world.connectFromHost()
    }

    @Test("memory comes and goes while the rings run")
    func hotplug() throws {
        let (world, frontEnd) = try World().frontEndKept()
        let stream = try world.connectFromHost()
        let more = try FakeMemory(size: 1 << 20)
        let region: [any FixedWidthInteger] = [UInt64(0), UInt64(1 << 32), UInt64(1 << 20), UInt64(1 << 44), UInt64(0)]
        #expect(try frontEnd.acknowledged(.addMemory, region, descriptors: [more.file.raw]) == 0)
        // A packet from the new memory.
        var header = world.header(.data, from: stream.guestPort, to: stream.hostPort)
        header.length = 2
        more.write(header.bytes + [8, 9], at: 100)
        world.transmitRing.describe(60, address: 1 << 32 + 100, length: 46, flags: 0, next: 0)
        world.transmitRing.offer(head: 60)
        world.transmitRing.kickDevice()
        try world.turn()
        #expect(try stream.socket.read(upTo: 10) == [8, 9])
        #expect(try frontEnd.acknowledged(.removeMemory, region) == 0)
        #expect(world.backEnd.device.memory.count == 1)
        // Its memory is gone now.
        world.transmitRing.offer(head: 60)
        world.transmitRing.kickDevice()
        try world.turn()
        #expect(world.backEnd.device.transmitQueue.fault == .outsideMemory(address: 1 << 32 + 100, length: 46))
    }

    @Test("a new memory table while the rings run")
    func newTable() throws {
        let (world, frontEnd) = try World().frontEndKept()
        let stream = try world.connectFromHost()
        try frontEnd.setMemory(world.memory)
        try stream.socket.writeAll([1])
        #expect(try world.receive(.data).payload == [1])
        // Without the rings in it, nothing runs and nothing crashes.
        try frontEnd.send(.setMemoryTable, [UInt32(0), UInt32(0)])
        #expect(!world.backEnd.device.receiveQueue.isRunning)
        try stream.socket.writeAll([2])
        world.transmitRing.kickDevice()
        try world.turn()
        try frontEnd.setMemory(world.memory)
        #expect(try world.receive(.data).payload == [2])
    }

    @Test("a paused VM keeps its connections, a restarted one loses them", arguments: [true, false])
    func pause(isPause: Bool) throws {
        let (world, frontEnd) = try World().frontEndKept()
        let stream = try world.connectFromHost()
        let sent = try frontEnd.ask(.getQueueBase, [UInt32(1), UInt32(0)])
        let received = try frontEnd.ask(.getQueueBase, [UInt32(0), UInt32(0)])
        #expect(sent?.payload == FrontEnd.bytes([UInt32(1), UInt32(1)]))
        #expect(received?.payload == FrontEnd.bytes([UInt32(0), UInt32(1)]))
        try stream.socket.writeAll([1])
        try world.turn()
        #expect(world.backEnd.device.connectionCount == 1)
        try frontEnd.start(world.receiveRing, index: 0, base: isPause ? 1 : 0)
        try frontEnd.start(world.transmitRing, index: 1, base: isPause ? 1 : 0)
        if isPause {
            #expect(try world.receive(.data).payload == [1])
        } else {
            #expect(world.backEnd.device.connectionCount == 0)
        }
    }

    @Test("a device that is plugged in again over the same connection starts anew")
    func replug() throws {
        let (world, frontEnd) = try World().frontEndKept()
        let stream = try world.connectFromHost()
        _ = try frontEnd.ask(.getQueueBase, [UInt32(0), UInt32(0)])
        _ = try frontEnd.ask(.getQueueBase, [UInt32(1), UInt32(0)])
        try frontEnd.negotiate(World.plain)
        #expect(try stream.socket.read(upTo: 1) == [])
        let region: [any FixedWidthInteger] = [UInt64(0)] + FrontEnd.region(world.memory)
        #expect(try frontEnd.acknowledged(.addMemory, region, descriptors: [world.memory.file.raw]) == 0)
        let ring = FakeRing(world.memory, at: 0x80000, size: 64)
        try frontEnd.start(ring, index: 0)
        #expect(world.backEnd.device.receiveQueue.isRunning)
    }

    @Test("rings rest until they are enabled")
    func enable() throws {
        let (world, frontEnd) = try World().frontEndKept()
        let stream = try world.connectFromHost()
        try frontEnd.send(.enableQueue, [UInt32(0), UInt32(0)])
        try stream.socket.writeAll([1])
        #expect(try world.receive().isEmpty)
        try frontEnd.send(.enableQueue, [UInt32(0), UInt32(1)])
        #expect(try world.receive(.data).payload == [1])
    }

    @Test("a ring without a call descriptor works unheard")
    func noCall() throws {
        let (world, frontEnd) = try World().frontEndKept()
        try frontEnd.send(.setQueueCall, [UInt64(0x101)])
        _ = world.transmitRing.takeInterrupt()
        _ = try world.connectFromHost()
        #expect(!world.transmitRing.takeInterrupt())
    }

    @Test("a ring that is not aligned, or not in memory, is refused", arguments: [1, 8, 16 << 20] as [UInt64])
    func addresses(shift: UInt64) throws {
        let (world, frontEnd) = try World().frontEndKept()
        let base = FakeMemory.userBase + UInt64(world.transmitRing.descriptors) + shift
        let answer = try frontEnd.acknowledged(
            .setQueueAddresses, [UInt32(1), UInt32(0), base, base, base, UInt64(0)])
        #expect(answer == 1)
        #expect(!world.backEnd.device.transmitQueue.isRunning)
    }

    @Test("messages in pieces", arguments: [1, 5, 11, 13])
    func pieces(size: Int) throws {
        let (world, frontEnd) = try World(running: false).frontEndKept()
        defer { withExtendedLifetime(world) {} }
        let bytes = FrontEnd.message(1, []) + FrontEnd.message(15, [])
        for start in stride(from: 0, to: bytes.count, by: size) {
            try frontEnd.send(raw: Array(bytes[start..<min(start + size, bytes.count)]))
        }
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(unsafe recv(frontEnd.socket.raw, &buffer, 100, Int32(MSG_DONTWAIT)) == 40)
    }

    static let fatal: [(String, [UInt8], VhostUserError)] = [
        ("version 0", FrontEnd.bytes([UInt32(1), UInt32(0), UInt32(0)]), .version(flags: 0)),
        ("version 2", FrontEnd.bytes([UInt32(1), UInt32(2), UInt32(0)]), .version(flags: 2)),
        ("513 bytes", FrontEnd.bytes([UInt32(1), UInt32(1), UInt32(513)]), .tooLong(513)),
        ("4 GiB", FrontEnd.bytes([UInt32(1), UInt32(1), UInt32.max]), .tooLong(.max)),
    ]

    @Test("after nonsense the conversation is over", arguments: fatal)
    func nonsense(what: String, bytes: [UInt8], error: VhostUserError) throws {
        let (world, frontEnd) = try World(running: false).frontEndKept()
        try frontEnd.send(raw: bytes)
        #expect(world.backEnd.outcome == .failed(error))
        #expect(frontEnd.isClosed())
    }

    @Test("QEMU dies in the middle of a message", arguments: [1, 11, 12, 15])
    func dies(count: Int) throws {
        let world = try World(running: false)
        try world.frontEnd().send(raw: Array(FrontEnd.message(2, Array(repeating: 0, count: 8)).prefix(count)))
        try world.dropFrontEnd()
        #expect(world.backEnd.outcome == .failed(.cutShort))
    }

    @Test("descriptors that nobody needs are closed", arguments: [1, 8, 9, 20])
    func extraDescriptors(count: Int) throws {
        let (world, frontEnd) = try World(running: false).frontEndKept()
        defer { withExtendedLifetime(world) {} }
        let (reader, writer) = try UnixSocket.pair().take()
        let kept = FileDescriptor(owning: reader)
        do {
            let sent = FileDescriptor(owning: writer)
            try frontEnd.send(raw: FrontEnd.message(1, []), descriptors: Array(repeating: sent.raw, count: count))
        }
        #expect(try frontEnd.receive()?.number == VhostUserFeature.offered)
        #expect(try kept.read(upTo: 1) == [])
    }

    @Test("a second front end is turned away")
    func second() throws {
        let (world, frontEnd) = try World(running: false).frontEndKept()
        let other = try UnixSocket.connect("\(world.directory)/vhost.sock")
        try world.turn()
        #expect(try other.read(upTo: 1) == [])
        #expect(try frontEnd.ask(.getFeatures) != nil)
    }

    @Test("nobody comes: the back end gives up in time")
    func nobody() throws {
        let world = try World(running: false)
        var configuration = BackEnd.Configuration(directory: world.directory, cid: 5)
        configuration.frontEndWait = .milliseconds(10)
        #expect(try BackEnd(configuration, loop: EventLoop()).run() == .nobodyCame)
    }
}

extension World {
    /// The front end with the world that it needs.
    func frontEndKept() throws -> (World, FrontEnd) { (self, try frontEnd()) }
}
