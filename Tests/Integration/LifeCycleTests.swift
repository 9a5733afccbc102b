import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: the whole life cycle", .serialized, .enabled(if: Machine.isAvailable))
struct LifeCycleTests {
    @Test("a paused VM refuses commands and says how to go on; everything twice is fine")
    func pause() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        try machine.succeed("exec", "box", "--", "sh", "-c", "echo kept > /dev/shm/here")
        try machine.succeed("pause", "box")
        try machine.succeed("pause", "box")
        #expect(try machine.json("inspect", "box").described.contains(#""phase":"paused""#))
        let refused = try machine.aiu("exec", "box", "--", "true")
        #expect(refused.status == 1 && refused.errors.contains("aiu resume box"), "\(refused.errors)")
        #expect(try machine.aiu("wait", "box", "--for", "paused", "--timeout", "5s").status == 0)
        try machine.succeed("resume", "box")
        try machine.succeed("resume", "box")
        #expect(try machine.succeed("exec", "box", "--", "cat", "/dev/shm/here") == "kept")
        #expect(try machine.succeed("start", "box") == "'box' runs already")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("a deleted VM is recovered with its files, under another name when its own is taken, and purged")
    func recover() throws {
        let machine = try Machine()
        try machine.succeed("launch", "notes", "--memory", "128MB")
        try machine.succeed("exec", "notes", "--", "sh", "-c", "echo precious > /workspace/file; sync")
        try machine.succeed("protect", "notes")
        let refused = try machine.aiu("delete", "--force", "notes")
        #expect(refused.status == 1 && refused.errors.contains("aiu unprotect notes"), "\(refused.errors)")
        try machine.succeed("unprotect", "notes")
        try machine.succeed("label", "notes", "team=docs")
        let words = try machine.succeed("logs", "notes")
        #expect(try machine.succeed("delete", "--force", "notes").contains("aiu recover notes"))
        #expect(try machine.succeed("logs", "notes").hasPrefix(words))
        #expect(try machine.succeed("ls", "--deleted", "-l", "team=docs").contains("notes"))
        #expect(try machine.succeed("ls", "--deleted", "-q", "-l", "team=other").isEmpty)
        #expect(try machine.names().isEmpty)
        let id = try machine.succeed("ls", "--deleted", "--quiet")
        try machine.succeed("create", "notes", "--memory", "128MB")
        #expect(try machine.aiu("recover", "notes").status != 0)
        try machine.succeed("recover", id, "--name", "again")
        try machine.succeed("start", "again")
        #expect(try machine.succeed("exec", "again", "--", "cat", "/workspace/file") == "precious")
        #expect(try machine.succeed("exec", "again", "--", "hostname") == "again")

        try machine.succeed("delete", "--force", "again", "notes")
        let unasked = try machine.aiu("purge", "again")
        #expect(unasked.status == 64 && unasked.errors.contains("--yes"), "\(unasked.errors)")
        try machine.succeed("purge", "--yes", "again")
        let swept = try machine.succeed("prune", "--deleted", "--dry-run")
        #expect(swept.contains("notes") && !swept.contains("again") && swept.contains("would go"))
        #expect(try machine.succeed("ls", "--deleted").contains("notes"))
        try machine.succeed("prune", "--deleted", "--yes")
        #expect(try machine.succeed("ls", "--deleted", "--quiet").isEmpty)
        #expect(try Files.names(in: "\(machine.state)/vms").isEmpty)
    }

    @Test("a clone has the files and an identity of its own; of a running VM it needs consent")
    func clone() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        try machine.succeed("exec", "box", "--", "sh", "-c", "echo shared > /workspace/file; sync")
        let refused = try machine.aiu("clone", "box", "copy")
        #expect(refused.status == 73 && refused.errors.contains("--live"), "\(refused.errors)")
        try machine.succeed("clone", "--live", "box", "copy")
        #expect(try machine.aiu("clone", "--live", "box", "copy").status == 73)
        try machine.succeed("rename", "box", "first")
        #expect(try machine.aiu("rename", "first", "copy").status == 1)
        try machine.succeed("start", "copy")
        #expect(try machine.succeed("exec", "copy", "--", "cat", "/workspace/file") == "shared")
        try machine.succeed("exec", "copy", "--", "sh", "-c", "echo other > /workspace/file")
        #expect(try machine.succeed("exec", "first", "--", "cat", "/workspace/file") == "shared")
        #expect(try machine.succeed("exec", "copy", "--", "hostname") == "copy")
        try machine.succeed("delete", "--force", "--purge", "first", "copy")
    }

    @Test("many VMs at once, by label or all of them")
    func labels() throws {
        let machine = try Machine()
        for (name, label) in [("one", "team=docs"), ("two", "team=docs"), ("three", "team=web")] {
            try machine.succeed("create", name, "--memory", "128MB", "--label", label)
        }
        #expect(try machine.succeed("ls", "-q", "-l", "team=docs") == "one\ntwo")
        try machine.succeed("label", "two", "tier=test", "team-")
        #expect(try machine.succeed("ls", "-q", "-l", "team=docs") == "one")
        try machine.succeed("start", "-l", "team=docs")
        #expect(try machine.succeed("ps", "-q") == "one")
        try machine.succeed("config", "set", "--all", "location=Berlin")
        #expect(try machine.succeed("config", "get", "three", "location") == "Berlin")
        try machine.succeed("stop", "--all")
        #expect(try machine.succeed("ps", "-q").isEmpty)
        #expect(try machine.aiu("start", "one", "--all").status == 64)
        #expect(try machine.aiu("delete", "--all", "--purge").status == 64)
        try machine.succeed("delete", "--all", "--purge", "--yes")
        #expect(try machine.names().isEmpty)
    }

    @Test("a profile is kept, used and removed; one that does not exist is refused with the nearest")
    func profiles() throws {
        let machine = try Machine()
        try machine.succeed("profile", "set", "large", "resources.ram=512MB", "location=Berlin")
        #expect(try machine.succeed("profile", "ls").contains("large"))
        try machine.succeed("system", "stop")
        try machine.succeed("create", "box", "--preset", "large")
        #expect(try machine.succeed("config", "get", "box", "resources.ram", "-q") == "512MB")
        let refused = try machine.aiu("create", "other", "--preset", "lage")
        #expect(refused.status == 65 && refused.errors.contains("large"), "\(refused.errors)")
        #expect(try machine.aiu("profile", "set", "tiny", "location=x").status == 65)
        #expect(try machine.aiu("profile", "set", "bad", "resources.ram=1KB").status == 78)
        try machine.succeed("profile", "rm", "large")
        #expect(try machine.aiu("profile", "show", "large").status == 66)
    }

    @Test("waiting ends with what happens, with the time, or with a failure")
    func wait() throws {
        let machine = try Machine()
        try machine.succeed("create", "box", "--memory", "128MB")
        let late = try machine.aiu("wait", "box", "--timeout", "300ms")
        #expect(late.status == 124 && late.errors.contains("stopped"), "\(late.errors)")
        let waiter = try machine.start("wait", "box")
        let deletion = try machine.start("wait", "box", "--for", "deleted")
        try machine.succeed("start", "box")
        #expect(try waiter.wait() == .exited(0))
        try machine.succeed("delete", "--force", "box")
        #expect(try deletion.wait() == .exited(0))
        #expect(try machine.aiu("wait", "box").status == 66)
    }

    @Test("archives go through pipes; an import that is interrupted, and an export that is refused, leave nothing")
    func archives() throws {
        let machine = try Machine()
        let file = "\(machine.state)/box.aiu"
        try machine.succeed("create", "box", "--memory", "128MB")
        try machine.succeed("export", "box", "-o", file)
        let taken = try machine.aiu("export", "box", "-o", file)
        #expect(taken.status == 73 && taken.errors.contains("-f"), "\(taken.errors)")
        try machine.succeed("export", "box", "-f", "-o", file)
        var damaged = try Files.read(file)
        damaged[damaged.count / 2] ^= 1
        try Files.replace(file + ".bad", with: damaged)
        #expect(try machine.aiu("import", file + ".bad", "--name", "copy").status == 65)
        #expect(try machine.aiu("import", file).status == 73)
        #expect(try machine.aiu("export", "nobody", "-o", "\(machine.state)/none.aiu").status == 66)
        #expect(try Files.names(in: machine.state).allSatisfy { !$0.contains("none") && !$0.contains("part") })

        let (reader, writer) = try UnixSocket.pair().take()
        let importing = try machine.start("import", "-", "--name", "copy", descriptors: [reader, -1, -1])
        _ = FileDescriptor(owning: reader)  // the child's alone
        let source = FileDescriptor(owning: writer)
        try source.writeAll(Array(try Files.read(file).prefix(20_000)))
        #expect(try machine.eventually { try Files.names(in: "\(machine.state)/vms").count == 2 })
        try importing.signal(SIGINT)
        #expect(try importing.wait() == .exited(130))
        #expect(try machine.eventually { try Files.names(in: "\(machine.state)/vms").count == 1 })
        #expect(try machine.names() == ["box"])
    }
}
