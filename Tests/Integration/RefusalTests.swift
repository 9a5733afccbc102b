import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real supervisor: what is refused", .serialized, .enabled(if: Machine.isAvailable))
struct RefusalTests {
    @Test("bad input gets one sentence and an exit code, and changes nothing")
    func table() throws {
        let machine = try Machine()
        try machine.succeed("create", "taken")
        let broken = "\(machine.state)/broken.json"
        try Files.replace(broken, with: Array("{\n  \"intrnet\": true\n}".utf8))
        let cut = "\(machine.state)/cut.json"
        try Files.replace(cut, with: Array("{\"internet\": ".utf8))
        for (arguments, status, words) in [
            (["create", "Bad_Name"], 65, "VM name"),
            (["create", "taken"], 73, "already"),  // two VMs of one name
            (["create", "x", "--memory", "5MB"], 65, "64MB"),  // below the least
            (["create", "x", "--storage", "64MB"], 65, "256MB"),  // less than a formatted disk needs
            (["create", "x", "--memory", "lots"], 64, "lots"),  // no size at all
            (["create", "x", "--cpus", "0"], 64, "cpus"),
            (["create", "x", "--preset", "huge"], 65, "huge"),
            (["create", "x", "--config", broken], 78, "internet"),  // names the field that was meant
            (["create", "x", "--config", cut], 78, "line 1"),
            (["create", "x", "--config", "/no/such/file"], 66, "/no/such/file"),
            (["create", "x", "--config", "/tmp"], 65, "/tmp"),  // a folder
            (["start", "nobody"], 66, "nobody"),
            (["stop", "nobody"], 66, "nobody"),
            (["exec", "taken", "--", "true"], 1, "aiu start taken"),
            (["exec", "taken"], 64, "COMMAND"),
            (["lanch", "x"], 64, "launch"),  // the nearest right word
            (["ls", "--jsn"], 64, "--json"),
            (["cp", "/no/such/file", "taken:/x"], 66, "/no/such/file"),
        ] as [([String], Int32, String)] {
            let result = try machine.aiu(arguments)
            let line = "aiu \(arguments.joined(separator: " "))"
            #expect(result.status == status, "\(line): \(result.errors)")
            #expect(result.errors.contains(words), "\(line): \(result.errors)")
            #expect(!result.errors.contains("Fatal") && !result.errors.contains("Error("), "\(line): \(result.errors)")
        }
        #expect(try machine.names() == ["taken"])
        #expect(try Files.names(in: "\(machine.state)/vms").count == 1)
    }

    @Test("an altered image is refused before anything boots, and a missing one is named")
    func image() throws {
        let machine = try Machine()
        try machine.succeed("create", "box")
        let folder = "\(machine.state)/images/micro"
        let kernel = try Files.read("\(folder)/vmlinux", limit: 64 << 20)
        try Files.remove("\(folder)/vmlinux")  // it may be a hard link to the build's
        var altered = kernel
        altered[altered.count / 2] ^= 1
        try Files.replace("\(folder)/vmlinux", with: altered)
        let refused = try machine.aiu("start", "box")
        #expect(refused.status == 65)
        #expect(refused.errors.contains("vmlinux"))
        try Files.remove("\(folder)/vmlinux")
        let missing = try machine.aiu("create", "other")
        #expect(missing.status == 69)
        #expect(try machine.names() == ["box"])
        try Files.replace("\(folder)/vmlinux", with: kernel)
        try machine.succeed("start", "box")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("a second supervisor on the same state refuses")
    func second() throws {
        let machine = try Machine()
        try machine.succeed("ls")
        let programs = try #require(Machine.variable("AIU_TEST_PROGRAMS"))
        let child = try Child.spawn(SpawnRequest("\(programs)/aiud", ["--state", machine.state]))
        #expect(try child.wait() == .exited(75))
        try machine.succeed("ls")
    }

    @Test("a damaged database is refused and left as it is")
    func database() throws {
        let machine = try Machine()
        try machine.succeed("create", "box")
        try machine.succeed("system", "stop")
        let path = "\(machine.state)/aiu.db"
        let good = try Files.read(path)
        for part in ["-wal", "-shm"] { try Files.remove(path + part) }
        try Files.replace(path, with: Array(repeating: 0x55, count: 8192))
        let result = try machine.aiu("ls")
        #expect(result.status == 69 || result.status == 65)
        #expect(result.errors.contains("aiu.db"))
        #expect(try Files.read(path) == Array(repeating: 0x55, count: 8192))
        try Files.replace(path, with: good)
        #expect(try machine.names() == ["box"])
    }
}
