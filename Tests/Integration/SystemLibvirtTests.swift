import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite(
    "real VMs: under the host's libvirtd", .serialized,
    .enabled(if: Machine.isAvailable && SystemLibvirt.isAvailable))
struct SystemLibvirtTests {
    private static func serve(_ libvirt: SystemLibvirt) throws -> Machine {
        let machine = try Machine()
        try machine.serve(#"{"hypervisor": "system", "libvirt_socket": "\#(libvirt.socket)"}"#)
        #expect(try machine.succeed("system", "status").contains("qemu:///system"))
        return machine
    }

    @Test("a libvirtd that is killed or restarted takes no VM along; what is asked meanwhile waits")
    func restarted() throws {
        let libvirt = try SystemLibvirt()
        let machine = try Self.serve(libvirt)
        try machine.succeed("launch", "box", "--memory", "128MB")
        let boot = try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id")
        for signal in [SIGKILL, SIGTERM] {
            let command = try machine.start("exec", "box", "--", "sleep", "3")
            try libvirt.end(signal)
            #expect(try machine.succeed("exec", "box", "--", "echo", "still") == "still")
            #expect(try machine.aiu("doctor").output.contains("tries again all the time"))
            let pause = try machine.start("pause", "box")
            usleep(300_000)
            #expect(try pause.poll() == nil, "it must wait")
            try libvirt.start()
            #expect(try pause.wait() == .exited(0))
            #expect(try machine.phase(of: "box") == .paused)
            try machine.succeed("resume", "box")
            #expect(try command.wait() == .exited(0))
            #expect(try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id") == boot)
        }
        // The next supervisor finds it there as well.
        kill(try machine.supervisor(), SIGKILL)
        // One without the configuration would know nothing of it.
        let other = try machine.aiu("ls")
        #expect(other.status == 69 && other.errors.contains("box"), "\(other.errors)")
        try machine.serve(nil)
        #expect(try machine.succeed("exec", "box", "--", "cat", "/proc/sys/kernel/random/boot_id") == boot)
        try machine.succeed("stop", "box")
        try machine.succeed("delete", "--purge", "box")
    }

    @Test("what ends while libvirtd is away is found out; what cannot be done without it is one sentence")
    func endedMeanwhile() throws {
        let libvirt = try SystemLibvirt()
        let machine = try Self.serve(libvirt)
        try machine.succeed("launch", "box", "--memory", "128MB")
        try machine.succeed("create", "other", "--memory", "128MB")
        try libvirt.end(SIGKILL)
        let refused = try machine.aiu("start", "other")
        #expect(refused.status == 69)
        #expect(refused.errors.contains("is libvirtd running?"), "\(refused.errors)")
        #expect(refused.errors.count { $0 == "\n" } == 1, "\(refused.errors)")
        let emulator = try #require(try machine.process("qemu-system"))
        kill(emulator, SIGKILL)
        try libvirt.start()
        #expect(try machine.eventually { try machine.phase(of: "box") == .failed })
        try machine.succeed("start", "box")
        try machine.succeed("start", "other")
        #expect(try machine.succeed("exec", "box", "--", "hostname") == "box")
        try machine.succeed("delete", "--force", "--purge", "box", "other")
    }
}
