import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: life", .serialized, .enabled(if: Machine.isAvailable))
struct LifeTests {
    @Test("a VM is launched, used, stopped, started with its files, and deleted without a trace")
    func wholeLife() throws {
        let machine = try Machine()
        try machine.succeed("launch", "notes", "--memory", "128MB")
        #expect(try machine.names() == ["notes"])
        #expect(try machine.succeed("exec", "notes", "--", "hostname") == "notes")
        #expect(try machine.succeed("exec", "notes", "--", "id", "-un") == "aiu")
        #expect(try machine.succeed("exec", "--user", "root", "notes", "--", "id", "-u") == "0")

        let inspected = try machine.json("inspect", "notes")
        let digest = try machine.succeed(
            "exec", "notes", "--", "python3", "-c",
            "import hashlib; print(hashlib.sha256(open('/etc/aiu_config.json','rb').read().rstrip(b' ')).hexdigest())")
        #expect(inspected.described.contains(digest))
        #expect(try machine.succeed("exec", "notes", "--", "cat", "/etc/aiu_config.json").contains(#""ram": "128MB""#))

        try machine.succeed("exec", "-i", "notes", "--", "sh", "-c", "cat > /workspace/kept", input: "still here\n")
        try machine.succeed("stop", "notes")
        try machine.succeed("cp", "notes:/workspace/kept", "\(machine.state)/out")
        #expect(String(decoding: try Files.read("\(machine.state)/out"), as: UTF8.self) == "still here\n")
        try machine.succeed("start", "notes")
        #expect(try machine.succeed("exec", "notes", "--", "cat", "/workspace/kept") == "still here")
        try machine.succeed("restart", "notes")
        #expect(try machine.succeed("exec", "notes", "--", "cat", "/workspace/kept") == "still here")
        try machine.succeed("delete", "--force", "--purge", "notes")
        #expect(try machine.names().isEmpty)
        #expect(try Files.names(in: "\(machine.state)/vms").isEmpty)
        #expect(try Files.names(in: "\(machine.state)/run/vm").isEmpty)
        #expect(
            try machine.eventually {
                try machine.processes().allSatisfy { !$0.contains("qemu") && !$0.contains("vsockd") }
            })
    }

    @Test("several VMs at once, each its own")
    func several() throws {
        let machine = try Machine()
        let names = ["one", "two", "three"]
        let launches = try names.map { Held(try machine.start("launch", $0, "--memory", "128MB")) }
        for launch in launches { #expect(try launch.child.wait() == .exited(0)) }
        for name in names { #expect(try machine.succeed("exec", name, "--", "hostname") == name) }
        #expect(try machine.names() == names.sorted())
        let result = try machine.aiu("stop", "one", "nobody", "three")
        #expect(result.status != 0)
        #expect(result.errors.contains("nobody"))
        let stopped = try machine.json("ls").elements?.filter { $0.described.contains(#""phase":"stopped""#) }
        #expect(stopped?.count == 2)
        try machine.succeed("delete", "--force", "--purge", "one", "two", "three")
    }

    @Test("what the guest has: no network card, its memory, the agent as process 1")
    func sealed() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        #expect(try machine.succeed("exec", "box", "--", "ls", "/sys/class/net") == "lo")
        #expect(
            try machine.succeed("exec", "--user", "root", "box", "--", "readlink", "/proc/1/exe").contains("aiu-agent"))
        let available = try machine.succeed(
            "exec", "box", "--", "sed", "-n", "s/^MemAvailable: *\\([0-9]*\\) kB/\\1/p", "/proc/meminfo")
        #expect((Int(available) ?? 0) >= 85 * 1024)
        // An ordinary command may neither change the system nor read the agent's own data.
        #expect(try machine.aiu("exec", "box", "--", "sh", "-c", "echo x > /etc/aiu_config.json").status != 0)
        #expect(try machine.aiu("exec", "box", "--", "ls", "/aiu/state").status != 0)
        try machine.succeed("delete", "--force", "--purge", "box")
    }
}

/// A child that an array can hold.
final class Held {
    let child: Child
    init(_ child: consuming Child) { self.child = child }
}

extension JSONNode {
    /// The value as compact text, for looking at.
    var described: String { String(decoding: JSON(self).bytes(pretty: false), as: UTF8.self) }
}
