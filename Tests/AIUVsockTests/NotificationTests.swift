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
        #expect(world.transmitRing.takeInterrupt())
        world.transmitRing.setDriverFlags(1)
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(!world.transmitRing.takeInterrupt())
    }

    @Test("with event indices the driver's index decides, and its flag does not")
    func eventIndex() throws {
        let world = try World(features: StreamTests.everything)
        let stream = try world.connectFromHost()
        let ring = world.transmitRing
        ring.setDriverFlags(1)
        ring.setUsedEvent(ring.usedSeen &+ 2)
        _ = ring.takeInterrupt()
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(!ring.takeInterrupt())
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(!ring.takeInterrupt())
        try world.send(.creditUpdate, from: stream.guestPort, to: stream.hostPort)
        #expect(ring.takeInterrupt())
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
