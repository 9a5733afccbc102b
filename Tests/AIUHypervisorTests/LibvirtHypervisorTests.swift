import AIUHypervisor
import AIUModel
import Testing

/// Against libvirt's own fake hypervisor: the whole path through libvirt, without QEMU.
@Suite("libvirt, faked", .serialized)
struct LibvirtHypervisorTests {
    @Test("a machine starts, is listed, ends once and leaves nothing")
    func life() async throws {
        let hypervisor = try await LibvirtHypervisor.open(.init(.test), memory: nothingRemembered)
        let machine = try description()
        var events = hypervisor.events.makeAsyncIterator()
        try await hypervisor.boot(machine)
        #expect(try await hypervisor.runningMachines() == [machine.id])
        try await hypervisor.destroy(machine.id)
        #expect(await events.next() == HypervisorEvent(id: machine.id, ending: .destroyed))
        #expect(try await hypervisor.runningMachines().isEmpty)
        try await hypervisor.destroy(machine.id)
    }

    @Test("a machine that runs cannot be started again")
    func twice() async throws {
        let hypervisor = try await LibvirtHypervisor.open(.init(.test), memory: nothingRemembered)
        let machine = try description(id: "abcdefabcdef")
        try await hypervisor.boot(machine)
        let failure = await #expect(throws: Failure.self) { try await hypervisor.boot(machine) }
        #expect(failure?.reason == .conflict)
        try await hypervisor.destroy(machine.id)
    }

    @Test("many at once all start and all end")
    func many() async throws {
        let hypervisor = try await LibvirtHypervisor.open(.init(.test), memory: nothingRemembered)
        let machines = try (0..<20).map { try description(id: "0000000000\($0 + 10)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for machine in machines { group.addTask { try await hypervisor.boot(machine) } }
            try await group.waitForAll()
        }
        #expect(try await hypervisor.runningMachines() == Set(machines.map(\.id)))
        var events = hypervisor.events.makeAsyncIterator()
        for machine in machines { try await hypervisor.destroy(machine.id) }
        var awaited = Set(machines.map(\.id))
        // The fake is one for all connections: an ending from another test may come in between.
        while !awaited.isEmpty, let event = await events.next() { awaited.remove(event.id) }
        #expect(awaited.isEmpty)
    }

    @Test("pausing holds a machine, resuming lets it go, both as often as one likes, and neither is an ending")
    func pausing() async throws {
        let hypervisor = try await LibvirtHypervisor.open(.init(.test), memory: nothingRemembered)
        let machine = try description(id: "0123456789cd")
        var events = hypervisor.events.makeAsyncIterator()
        try await hypervisor.boot(machine)
        for _ in 0..<2 {
            try await hypervisor.pause(machine.id)
            #expect(try await hypervisor.pausedMachines().contains(machine.id))
            #expect(try await hypervisor.runningMachines().contains(machine.id))
        }
        for _ in 0..<2 {
            try await hypervisor.resume(machine.id)
            #expect(try await !hypervisor.pausedMachines().contains(machine.id))
        }
        try await hypervisor.pause(machine.id)
        try await hypervisor.destroy(machine.id)
        #expect(await events.next() == HypervisorEvent(id: machine.id, ending: .destroyed))
        let paused = await #expect(throws: Failure.self) { try await hypervisor.pause(machine.id) }
        #expect(paused?.reason == .notFound)
        let resumed = await #expect(throws: Failure.self) { try await hypervisor.resume(machine.id) }
        #expect(resumed?.reason == .notFound)
    }

    @Test("a folder that is not absolute is refused")
    func relativeFolder() async {
        let failure = await #expect(throws: Failure.self) {
            try await LibvirtHypervisor.open(.init(.embedded(root: "relative")), memory: nothingRemembered)
        }
        #expect(failure?.reason == .invalid)
    }
}
