import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: as single files", .serialized, .enabled(if: Machine.isAvailable))
struct ArchiveTests {
    @Test("a VM goes into a file, also while it runs, and comes out with its files; any tar lists it")
    func thereAndBack() throws {
        let machine = try Machine()
        let file = "\(machine.state)/box.aiu"
        try machine.succeed("launch", "box", "--memory", "128MB", "--storage", "256MB")
        try machine.succeed("exec", "box", "--", "sh", "-c", "head -c 3000000 /dev/urandom > /workspace/file; sync")
        let sum = try machine.succeed("exec", "box", "--", "sha256sum", "/workspace/file")

        let refused = try machine.aiu("export", "box", "-o", file)
        #expect(refused.status == 1 && refused.errors.contains("--live"), "\(refused.errors)")
        #expect(!Files.exists(file))
        try machine.succeed("export", "--live", "box", "-o", file)
        #expect(try machine.json("inspect", "box").described.contains(#""phase":"running""#))
        let tar = SpawnRequest("/bin/tar", ["tf", file], environment: [])
        #expect(try Child.spawn(tar).wait() == .exited(0))

        try machine.succeed("import", file, "--name", "copy")
        #expect(try machine.aiu("import", file, "--name", "copy").status != 0)
        try machine.succeed("start", "copy")
        #expect(try machine.succeed("exec", "copy", "--", "sha256sum", "/workspace/file") == sum)
        #expect(try machine.succeed("exec", "copy", "--", "hostname") == "copy")

        try machine.succeed("stop", "copy")
        let again = "\(machine.state)/again.aiu"
        try machine.succeed("export", "copy", "-o", again)
        try machine.succeed("delete", "--purge", "copy")
        try machine.succeed("import", again)
        try machine.succeed("start", "copy")
        #expect(try machine.succeed("exec", "copy", "--", "sha256sum", "/workspace/file") == sum)
    }

    @Test("a damaged or cut archive leaves nothing behind")
    func damaged() throws {
        let machine = try Machine()
        let file = "\(machine.state)/box.aiu"
        try machine.succeed("create", "box", "--storage", "256MB")
        try machine.succeed("export", "box", "-o", file)
        let whole = try Files.read(file)
        var changed = whole
        changed[whole.count / 2] ^= 1
        for bytes in [changed, Array(whole.prefix(whole.count / 2)), whole + whole, Array("hello".utf8)] {
            try Files.replace(file, with: bytes)
            let refused = try machine.aiu("import", file, "--name", "copy")
            #expect(refused.status != 0 && refused.errors.contains("cannot"), "\(refused.errors)")
            #expect(try machine.names() == ["box"])
            #expect(try Files.names(in: "\(machine.state)/vms").count == 1)
        }
    }
}
