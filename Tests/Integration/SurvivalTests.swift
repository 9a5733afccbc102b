import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: what must survive", .serialized, .enabled(if: Machine.isAvailable))
struct SurvivalTests {
    @Test("a killed supervisor loses no VM: the next one takes it over")
    func killedSupervisor() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let boot = try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id")
        kill(try machine.supervisor(), SIGKILL)
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "true").status == 0 })
        #expect(try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id") == boot)
        try machine.succeed("stop", "box")
        try machine.succeed("delete", "box")
    }

    @Test("a supervisor that ends in order leaves its VMs running")
    func stoppedSupervisor() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let boot = try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id")
        try machine.succeed("system", "stop")
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "true").status == 0 })
        #expect(try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id") == boot)
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("Ctrl-C during a launch leaves nothing", arguments: [50, 400, 1000] as [UInt32])
    func interruptedLaunch(milliseconds: UInt32) throws {
        let machine = try Machine()
        try machine.succeed("create", "first")  // the stamp exists from here on
        let child = try machine.start("launch", "box")
        usleep(milliseconds * 1000)
        try child.signal(SIGINT)
        let outcome = try child.wait()
        if outcome != .exited(0) {
            #expect(outcome == .exited(130))
            #expect(try machine.eventually { try machine.names() == ["first"] })
            #expect(try Files.names(in: "\(machine.state)/vms").count == 1)
        }
    }

    @Test("a killed QEMU is seen, and the VM can be started again")
    func killedMachine() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let pid = try #require(try Self.process("qemu-system", machine))
        kill(pid, SIGKILL)
        #expect(try machine.eventually { try machine.json("inspect", "box").described.contains(#""phase":"failed""#) })
        try machine.succeed("start", "box")
        #expect(try machine.succeed("exec", "box", "--", "hostname") == "box")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("a guest that powers itself off is stopped, one that panics has failed")
    func guestEnds() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        _ = try machine.aiu("exec", "--user", "root", "box", "--", "sh", "-c", "kill -TERM 1; sleep 30")
        #expect(try machine.eventually { try machine.json("inspect", "box").described.contains(#""phase":"stopped""#) })
        try machine.succeed("start", "box")
        _ = try machine.aiu(
            "exec", "--user", "root", "--timeout", "20s", "box", "--", "sh", "-c",
            "echo c > /proc/sysrq-trigger; kill -9 1; kill -SEGV 1; sleep 5")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    private static func process(_ name: String, _ machine: borrowing Machine) throws -> Int32? {
        for number in try Files.names(in: "/proc") {
            guard let pid = Int32(number) else { continue }
            // A process may end while it is looked at.
            guard let bytes = try? Files.read("/proc/\(number)/cmdline", limit: 1 << 20) else { continue }
            let line = String(decoding: bytes, as: UTF8.self)
            if line.contains(name), line.contains(machine.state) { return pid }
        }
        return nil
    }
}
