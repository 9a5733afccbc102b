import AIUDoor
import AIUSystem
import Glibc
import Testing

@Suite("The guest's way out")
struct DoorTests {
    @Test("bytes pass both ways, whatever their number", arguments: [1, 5, 70_000, 3_000_000])
    func relay(count: Int) throws {
        let rig = try DoorRig()
        let (client, host) = try rig.connect()
        let request = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try #require(try rig.pass(request, from: client, to: host) == request)
        #expect(try rig.pass(Array(request.reversed()), from: host, to: client) == request.reversed())
    }

    @Test("the end of one direction is passed on, and the other goes on")
    func halfClose() throws {
        let rig = try DoorRig()
        let (client, host) = try rig.connect()
        #expect(shutdown(client.raw, Int32(SHUT_WR)) == 0)
        try rig.wait { try host.read(upTo: 1) == [] }
        #expect(try rig.pass([1, 2, 3], from: host, to: client) == [1, 2, 3])
        #expect(shutdown(host.raw, Int32(SHUT_WR)) == 0)
        try rig.wait { try client.read(upTo: 1) == [] }
        try rig.wait { rig.door.count == 0 }
    }

    @Test("who does not read holds up who writes, and nobody else")
    func backPressure() throws {
        let rig = try DoorRig()
        let (client, host) = try rig.connect()
        let (other, otherHost) = try rig.connect()
        let flood = [UInt8](repeating: 7, count: 1 << 20)
        var sent = 0
        for _ in 0..<200 {
            sent += try client.write(flood) ?? 0
            try rig.turn()
        }
        #expect(sent < 16 << 20, "\(sent) bytes went nowhere")
        #expect(try rig.pass([9], from: other, to: otherHost) == [9])
        var received = 0
        try rig.wait {
            received += try host.read(upTo: 1 << 20)?.count ?? 0
            return received == sent
        }
    }

    @Test("one that the host does not take is closed, and so is one whose host goes")
    func refusal() throws {
        let rig = try DoorRig(refuses: true)
        let client = try rig.dialDoor()
        try rig.wait { try client.read(upTo: 1) == [] }
        #expect(rig.door.count == 0)
        let open = try DoorRig()
        let (guest, host) = try open.connect()
        host.closeNow()
        try open.wait {
            do throws(SystemError) { return try guest.read(upTo: 1) == [] } catch { return true }
        }
    }

    @Test("no more are taken than there is room for, and the next when one goes")
    func limit() throws {
        var limits = DoorLimits()
        limits.connections = 2
        let rig = try DoorRig(limits: limits)
        let first = try rig.connect()
        let second = try rig.connect()
        let third = try rig.dialDoor()
        for _ in 0..<20 { try rig.turn() }
        #expect(rig.hosts.isEmpty && rig.door.count == 2)
        first.0.closeNow()
        first.1.closeNow()
        try rig.wait { !rig.hosts.isEmpty }
        #expect(try rig.pass([5], from: third, to: rig.hosts.removeFirst()) == [5])
        withExtendedLifetime(second) {}
    }
}
