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
        try machine.killSupervisor()
        // At first try: that its agent dials anew right now is nobody's business.
        #expect(try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id") == boot)
        try machine.killSupervisor()
        try machine.succeed("cp", "\(machine.state)/aiud.lock", "box:/workspace/lock")
        try machine.killSupervisor()
        // In order, not as if the power failed, however long a busy host takes over it.
        try machine.succeed("stop", "box", "--timeout", "60s")
        #expect(try !machine.succeed("events", "--tail", "1").contains("by force"))
        try machine.succeed("delete", "box")
    }

    @Test("a supervisor that ends in order leaves its VMs running")
    func stoppedSupervisor() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let boot = try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id")
        try machine.succeed("system", "stop")
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
        let pid = try #require(try machine.process("qemu-system"))
        kill(pid, SIGKILL)
        #expect(try machine.eventually { try machine.json("inspect", "box").described.contains(#""phase":"failed""#) })
        try machine.succeed("start", "box")
        #expect(try machine.succeed("exec", "box", "--", "hostname") == "box")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("a guest that powers itself off is stopped")
    func guestEnds() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        _ = try machine.aiu("exec", "--user", "root", "box", "--", "sh", "-c", "kill -TERM 1; sleep 30")
        #expect(try machine.eventually { try machine.phase(of: "box") == .stopped })
        try machine.succeed("start", "box")
        try machine.succeed("delete", "--force", "--purge", "box")
    }
}
