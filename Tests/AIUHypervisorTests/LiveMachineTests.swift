import AIUHypervisor
import AIUModel
import AIUSystem
import Glibc
import Testing

/// A folder with `vmlinux`, `state.img`, `vhost.sock` and `console.sock` of a running back end, and root images:
/// `root.erofs` (stays up), `root-off.erofs` (powers off), `root-panic.erofs` (its init dies). `AIU_LIVE_USER` names who QEMU runs as.
private let liveFolder = unsafe getenv("AIU_LIVE_MACHINE").map { unsafe String(cString: $0) }

/// Real guests under an embedded libvirt, for whoever has prepared a folder for them.
@Suite("libvirt, real", .serialized, .enabled(if: liveFolder != nil))
struct LiveMachineTests {
    private func machine(_ root: String) throws -> MachineDescription {
        var machine = try description(folder: try #require(liveFolder))
        machine.image.rootPath = "\(machine.stateDiskPath.dropLast("state.img".count))\(root)"
        return machine
    }

    private func open() async throws -> LibvirtHypervisor {
        let root = "\(try #require(liveFolder))/libvirt"
        var configuration = HypervisorConfiguration(.embedded(root: root))
        if let user = unsafe getenv("AIU_LIVE_USER") { configuration.emulatorUser = unsafe String(cString: user) }
        let hypervisor = try await LibvirtHypervisor.open(configuration, memory: nothingRemembered)
        try await hypervisor.warmUp()
        return hypervisor
    }

    @Test("a machine outlives the connection that started it, and ends when told")
    func readoption() async throws {
        let machine = try machine("root.erofs")
        try await {
            let first = try await open()
            let start = ContinuousClock.now
            try await first.boot(machine)
            print("boot() took \(start.duration(to: .now))")
        }()
        let second = try await open()
        var events = second.events.makeAsyncIterator()
        #expect(try await second.runningMachines() == [machine.id])
        for _ in 0..<2 { try await second.pause(machine.id) }
        #expect(try await second.pausedMachines() == [machine.id])
        #expect(try await second.runningMachines() == [machine.id])
        for _ in 0..<2 { try await second.resume(machine.id) }
        #expect(try await second.pausedMachines().isEmpty)
        let start = ContinuousClock.now
        try await second.destroy(machine.id)
        print("destroy() took \(start.duration(to: .now))")
        #expect(await events.next() == HypervisorEvent(id: machine.id, ending: .destroyed))
        #expect(try await second.runningMachines().isEmpty)
    }

    @Test(
        "endings are told apart",
        arguments: [("root-off.erofs", HypervisorEvent.Ending.shutdown), ("root-panic.erofs", .panicked)])
    func endings(root: String, ending: HypervisorEvent.Ending) async throws {
        let machine = try machine(root)
        let hypervisor = try await open()
        var events = hypervisor.events.makeAsyncIterator()
        let start = ContinuousClock.now
        try await hypervisor.boot(machine)
        #expect(await events.next() == HypervisorEvent(id: machine.id, ending: ending))
        print("\(ending) after \(start.duration(to: .now))")
        #expect(try await hypervisor.runningMachines().isEmpty)
    }

    @Test("the probe comes to a verdict, and the doctor tells it")
    func acceleration() async throws {
        let hypervisor = try await open()
        let verdict = try await hypervisor.accelerator(for: try machine("root.erofs").image)
        #expect(!verdict.reason.isEmpty)
        let checks = await hypervisor.examine()
        for check in checks { print("\(check.name): \(check.verdict) \(check.detail)") }
        #expect(checks.contains { $0.name == "acceleration" && $0.detail.contains(verdict.reason) })
        #expect(!checks.contains { $0.verdict == .bad })
    }
}
