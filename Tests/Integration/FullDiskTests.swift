import AIUModel
import AIUSystem
import Glibc
import Testing

/// On a small file system of their own, which root may mount.
@Suite("real VMs: a full or read-only disk", .serialized, .enabled(if: Machine.isAvailable && geteuid() == 0))
struct FullDiskTests {
    @Test("no room is one sentence; nothing is half made; room mends it")
    func full() throws {
        let small = try SmallDisk(mebibytes: 160)
        let machine = try Machine(in: small.path)
        try machine.succeed("create", "first", "--memory", "128MB")
        try small.fill()
        for command in [["create", "x"], ["launch", "x"], ["start", "first"]] {
            let result = try machine.aiu(command)
            #expect(result.status == 73, "\(command): \(result.errors)")
            #expect(result.errors.contains("full") || result.errors.contains("free"), "\(command): \(result.errors)")
        }
        #expect(try machine.names() == ["first"])
        #expect(try Files.names(in: "\(machine.state)/vms").count == 1)
        try small.empty()
        try machine.succeed("start", "first")
        #expect(try machine.succeed("exec", "first", "--", "hostname") == "first")
        try machine.succeed("delete", "--force", "--purge", "first")
    }

    @Test("a VM whose host has no room left loses nothing that was there, and goes on when there is room")
    func fullUnderGuest() throws {
        let small = try SmallDisk(mebibytes: 200)
        let machine = try Machine(in: small.path)
        try machine.succeed("launch", "box", "--memory", "128MB", "--storage", "1GB")
        try machine.succeed("exec", "box", "--", "sh", "-c", "echo kept > /workspace/note; sync")
        try small.fill()
        let child = try machine.start(
            "exec", "box", "--", "sh", "-c", "head -c 64M /dev/urandom > /workspace/much; sync")
        #expect(try machine.eventually { try machine.views().contains { $0.record.phase == .paused } })
        try small.empty()
        try machine.succeed("resume", "box")
        #expect(try child.wait() == .exited(0))
        #expect(try machine.succeed("exec", "box", "--", "cat", "/workspace/note") == "kept")
        #expect(try machine.succeed("exec", "box", "--", "stat", "-c", "%s", "/workspace/much") == "\(64 << 20)")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("a read-only state directory is one sentence")
    func readOnly() throws {
        let small = try SmallDisk(mebibytes: 160)
        let machine = try Machine(in: small.path)
        try machine.succeed("create", "box")
        try machine.succeed("system", "stop")
        try small.remount(readOnly: true)
        let result = try machine.aiu("ls")
        #expect(result.status != 0)
        #expect(result.errors.contains("ead-only"), "\(result.errors)")
        try small.remount(readOnly: false)
        #expect(try machine.names() == ["box"])
    }
}
