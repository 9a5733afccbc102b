import AIUSystem
import AIUVsock
import Testing

/// Interrupts and kicks: as few as possible, never one too few.
struct NotificationTests {
    @Test("without event indices the driver's flag decides")
    func flags() throws {
        let world = try World()
        let stream = try world.connectFromHost()
        _ = world.transmitRing.takeInterrupt()
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(try world.interruptsSoon())
        world.transmitRing.setDriverFlags(1)
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(try !world.interruptsSoon())
    }

    @Test("taken packets are told of with the next received one, or when many or large ones have piled up")
    func delayed() throws {
        let world = try World(queueSize: 16)
        let stream = try world.connectFromHost()
        _ = try world.interruptsSoon()
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(!world.transmitRing.takeInterrupt())
        try stream.socket.writeAll([1])
        _ = try world.receive(.data)
        #expect(world.transmitRing.takeInterrupt())
        for _ in 0..<3 { try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort) }
        #expect(!world.transmitRing.takeInterrupt())
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(world.transmitRing.takeInterrupt())
    }

    @Test("with event indices the driver's index decides, and its flag does not")
    func eventIndex() throws {
        let world = try World(features: StreamTests.everything)
        let stream = try world.connectFromHost()
        let ring = world.transmitRing
        ring.setDriverFlags(1)
        ring.setUsedEvent(ring.usedSeen &+ 2)
        _ = ring.takeInterrupt()
        for expected in [false, false, true] {
            try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
            #expect(try world.interruptsSoon() == expected)
        }
    }

    @Test("the device asks for a kick exactly where it stopped sending")
    func transmitKicks() throws {
        let world = try World(features: StreamTests.everything)
        _ = try world.connectFromHost()
        #expect(world.transmitRing.availableEvent == world.transmitRing.availableIndex)
    }

    @Test("work that came without a kick is found when the kick comes")
    func manyPerKick() throws {
        let world = try World(features: StreamTests.everything)
        let stream = try world.connectFromHost()
        let header = world.header(.creditRequest, from: stream.guestPort, to: stream.hostPort)
        world.memory.write(header.bytes, at: World.transmitArea)
        for _ in 0..<50 { world.transmitRing.offer([.init(offset: World.transmitArea, length: 44)], flags: 0) }
        world.transmitRing.kickDevice()
        try world.turn()
        #expect(world.transmitRing.takeUsed().count == 50)
        // All fifty questions have one answer.
        #expect(try world.receive().map(\.operation) == [.creditUpdate])
    }

    @Test("indices wrap", arguments: [false, true])
    func wrap(usesEventIndex: Bool) throws {
        let features = World.plain | (usesEventIndex ? VhostUserFeature.eventIndex : 0)
        let world = try World(features: features, queueSize: 1024)
        let stream = try world.connectFromHost()
        let header = world.header(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        world.memory.write(header.bytes, at: World.transmitArea)
        var done = 0
        for _ in 0..<66 {
            for _ in 0..<1000 { world.transmitRing.offer([.init(offset: World.transmitArea, length: 44)], flags: 0) }
            world.transmitRing.kickDevice()
            try world.turn(8)
            done += world.transmitRing.takeUsed().count
        }
        #expect(done == 66000)
        try stream.socket.writeAll([1])
        #expect(try world.receive(.data).payload == [1])
    }
}

extension World {
    /// Whether the device interrupts about what it took, at once or after its delay.
    fileprivate func interruptsSoon() throws -> Bool {
        if transmitRing.takeInterrupt() { return true }
        return try until(Limits.signalDelay + .milliseconds(10)) { transmitRing.takeInterrupt() }
    }
}
