import AIUJSON
import AIUModel
import AIUSeal
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: encrypted disks", .serialized, .enabled(if: Machine.isAvailable))
struct EncryptionTests {
    private static let credential = [UInt8](repeating: 7, count: 32)
    private static let marker = "Mandelbrot-\(String(repeating: "1a2b", count: 8))"

    /// A supervisor that systemd gave a credential, or that it gave none.
    private func serve(
        _ machine: borrowing Machine, _ credential: [UInt8]? = credential, _ configuration: String? = "{}"
    ) throws {
        let folder = "\(machine.state)/credentials"
        try Files.makeFolder(folder)
        try Files.remove("\(folder)/aiu-secrets")
        if let credential { try Files.replace("\(folder)/aiu-secrets", with: credential) }
        try machine.serve(configuration, variables: ["CREDENTIALS_DIRECTORY=\(folder)"])
    }

    private func folder(of name: String, _ machine: borrowing Machine) throws -> String {
        let view = try #require(try machine.views().first { $0.record.name.text == name })
        return "\(machine.state)/vms/\(view.record.id)"
    }

    /// The digits that open a VM's disk, as whoever has the credential can find them out.
    private func digits(of name: String, _ machine: borrowing Machine) throws -> [UInt8] {
        let sealed = try Files.read("\(try folder(of: name, machine))/disk.key")
        return try #require(try SecretSeal(credential: Self.credential).open(sealed)).suffix(64).map(\.self)
    }

    private func write(_ machine: borrowing Machine, _ name: String) throws {
        // Not by an argument, which the audit would keep.
        try machine.succeed(
            "exec", "-i", name, "--", "sh", "-c", "cat > /workspace/note; sync", input: Self.marker)
    }

    private func isThere(_ machine: borrowing Machine, _ name: String) throws {
        #expect(try machine.succeed("exec", name, "--", "cat", "/workspace/note") == Self.marker)
    }

    /// The files in which one of the needles stands, whatever else they are.
    private func holders(of needles: [[UInt8]], below places: [String]) throws -> [String] {
        let (pattern, found) = ("/tmp/needles-\(VMID.random())", "/tmp/found-\(VMID.random())")
        defer {
            // Leftovers in /tmp harm nobody.
            try? Files.remove(pattern)
            try? Files.remove(found)
        }
        // Not an argument, which would be found itself.
        let alternatives = needles.map { $0.map { "\\x\(Hex.text([$0]))" }.joined() }.joined(separator: "|")
        try Files.replace(pattern, with: Array(alternatives.utf8))
        let file = try FileDescriptor.open(found, O_RDWR | O_CREAT)
        var request = SpawnRequest(
            "/bin/grep", ["-rlasP", "-D", "skip", "-f", pattern] + places, environment: ["PATH=/bin", "LC_ALL=C"])
        request.descriptors = [-1, file.raw, 2]
        _ = try Child.spawn(request).wait()
        return String(decoding: try Files.read(found), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("what a guest writes is nowhere on the host's disk, and there again after every restart")
    func life() throws {
        let machine = try Machine()
        try serve(machine)
        try machine.succeed("launch", "box", "--encrypt", "--memory", "128MB", "--storage", "256MB")
        try machine.succeed("launch", "open", "--memory", "128MB", "--storage", "256MB")
        for name in ["box", "open"] { try write(machine, name) }
        #expect(try machine.views().map(\.record.encrypted) == [true, false])
        #expect(try machine.succeed("inspect", "box").contains("(encrypted)"))
        let limits = String(decoding: try Files.read("/proc/\(try machine.supervisor())/limits"), as: UTF8.self)
        #expect(limits.split(separator: "\n").contains { $0.hasPrefix("Max core file size        0  ") }, "\(limits)")
        // Its key is in no argument, no variable and no file.
        let key = try digits(of: "box", machine)
        let raw = try #require(Hex.parse(String(decoding: key, as: UTF8.self), count: 32))
        let needles = [key, raw, Array(Base64.encode(key).utf8)]
        let processes = try Files.names(in: "/proc").filter { Int32($0) != nil && Int32($0) != getpid() }
        let said = processes.flatMap { ["/proc/\($0)/cmdline", "/proc/\($0)/environ"] }
        #expect(try holders(of: needles, below: said + [machine.state]) == [])
        try machine.succeed("restart", "box")
        try isThere(machine, "box")
        // The next supervisor takes it over, without its key.
        try machine.killSupervisor()
        try serve(machine, nil)
        try isThere(machine, "box")
        try machine.succeed("stop", "--all")
        let disks = try ["box", "open"].map { "\(try folder(of: $0, machine))/state.img" }
        // One that lies open shows that the search would find it.
        #expect(try holders(of: [Array(Self.marker.utf8)], below: disks) == [disks[1]])
    }

    @Test("its files and its configuration are read and changed while it is stopped")
    func atRest() throws {
        let machine = try Machine()
        try serve(machine)
        try machine.succeed("launch", "box", "--encrypt", "--memory", "128MB", "--storage", "256MB")
        try write(machine, "box")
        try machine.succeed("stop", "box")
        let (note, other) = ("\(machine.state)/note", "\(machine.state)/other")
        try machine.succeed("cp", "box:/workspace/note", note)
        #expect(try String(decoding: Files.read(note), as: UTF8.self) == Self.marker)
        try Files.replace(other, with: Array("from outside".utf8))
        try machine.succeed("cp", other, "box:/workspace/other")
        try machine.succeed("config", "set", "box", "location=Bern", "resources.storage=300MB")
        try machine.succeed("start", "box")
        try isThere(machine, "box")
        #expect(try machine.succeed("exec", "box", "--", "cat", "/workspace/other") == "from outside")
        #expect(try machine.succeed("exec", "box", "--", "cat", "/etc/aiu_config.json").contains("Bern"))
        let size = try machine.succeed("exec", "box", "--", "cat", "/sys/block/vdb/size")
        #expect(size == "\((300 << 20) / 512)")
    }

    @Test("a copy has its own key, no archive is made, and what is deleted for good cannot be opened any more")
    func copies() throws {
        let machine = try Machine()
        try serve(machine)
        try machine.succeed("launch", "box", "--encrypt", "--memory", "128MB", "--storage", "256MB")
        try write(machine, "box")
        try machine.succeed("clone", "--live", "box", "copy")
        #expect(try digits(of: "box", machine) != digits(of: "copy", machine))
        let refused = try machine.aiu("export", "box", "--live", "-o", "\(machine.state)/box.aiu")
        #expect(refused.status != 0 && refused.errors.contains("in the clear"), "\(refused.errors)")
        #expect(refused.errors.count { $0 == "\n" } == 1, "\(refused.errors)")
        let folder = try folder(of: "box", machine)
        let key = try FileDescriptor.open("\(folder)/disk.key", O_RDONLY)
        let disk = try FileDescriptor.open("\(folder)/state.img", O_RDONLY)
        // Kept for a time, it can be brought back.
        try machine.succeed("delete", "--force", "box")
        try machine.succeed("recover", "box")
        try machine.succeed("start", "box")
        try isThere(machine, "box")
        try machine.succeed("delete", "--force", "--purge", "box")
        let left = try key.read(4096, at: 0) + disk.read(4096, at: 0)
        #expect(left.count > 4096 && left.allSatisfy { $0 == 0 })
        #expect(!Files.exists(folder))
        try machine.succeed("start", "copy")
        try isThere(machine, "copy")
    }

    @Test("without the credential, or with another, it is one sentence that says what to do, and nothing half made")
    func credentials() throws {
        let machine = try Machine()
        try serve(machine, nil)
        let refused = try machine.aiu("launch", "box", "--encrypt", "--memory", "128MB")
        #expect(refused.status != 0 && refused.errors.contains("docs/operations.md"), "\(refused.errors)")
        #expect(refused.errors.count { $0 == "\n" } == 1, "\(refused.errors)")
        #expect(try machine.names().isEmpty && Files.names(in: "\(machine.state)/vms").isEmpty)
        try machine.succeed("system", "stop")
        try serve(machine)
        try machine.succeed("create", "box", "--encrypt", "--memory", "128MB", "--storage", "256MB")
        for (credential, words) in [([UInt8](repeating: 8, count: 32), "does not open"), (nil, "no credential")] {
            try machine.succeed("system", "stop")
            try serve(machine, credential)
            let refused = try machine.aiu("start", "box")
            #expect(refused.status != 0 && refused.errors.contains(words), "\(refused.errors)")
            #expect(refused.errors.count { $0 == "\n" } == 1, "\(refused.errors)")
            #expect(try machine.phase(of: "box") == .stopped)
        }
        try machine.succeed("system", "stop")
        try serve(machine)
        try machine.succeed("start", "box")
        #expect(try machine.succeed("exec", "box", "--", "echo", "open") == "open")
    }

    @Test(
        "a supervisor that is killed while it starts one leaves nothing that waits for its key",
        arguments: [40, 90, 120, 150, 180, 220, 300])
    func killed(milliseconds: UInt32) throws {
        let machine = try Machine()
        try serve(machine)
        try machine.succeed("create", "box", "--encrypt", "--memory", "128MB", "--storage", "256MB")
        let start = try machine.start("start", "box")
        usleep(milliseconds * 1000)
        try machine.killSupervisor()
        _ = try start.wait()
        try serve(machine)
        try machine.succeed("start", "box")
        #expect(try machine.succeed("exec", "box", "--", "echo", "open") == "open")
        #expect(try machine.processes().count { $0.contains("qemu-system") && $0.contains("aiu-") } == 1)
        #expect(try Files.names(in: "\(machine.state)/libvirt/keys").isEmpty)
        try machine.succeed("stop", "box")
        #expect(try machine.eventually { try machine.process("qemu-system", about: "state.img") == nil })
    }

    @Test("a policy that requires it has every new VM encrypted")
    func policy() throws {
        let machine = try Machine()
        try serve(machine)
        try machine.succeed("policy", "apply", "-", input: #"{"resources": {"encryption": "required"}}"#)
        try machine.succeed("run", "--name", "box", "--memory", "128MB", "--", "true")
        try machine.succeed("create", "box", "--memory", "128MB")
        #expect(try machine.views().map(\.record.encrypted) == [true])
    }

    @Test("a disk that is full holds the VM until there is room, as any other", .enabled(if: geteuid() == 0))
    func fullDisk() throws {
        let small = try SmallDisk(mebibytes: 220)
        let machine = try Machine(in: small.path)
        try serve(machine)
        try machine.succeed("launch", "box", "--encrypt", "--memory", "128MB", "--storage", "1GB")
        try write(machine, "box")
        try small.fill()
        let child = try machine.start(
            "exec", "box", "--", "sh", "-c", "head -c 64M /dev/urandom > /workspace/much; sync")
        #expect(try machine.eventually { try machine.views().contains { $0.record.phase == .paused } })
        try small.empty()
        try machine.succeed("resume", "box")
        #expect(try child.wait() == .exited(0))
        try isThere(machine, "box")
        #expect(try machine.succeed("exec", "box", "--", "stat", "-c", "%s", "/workspace/much") == "\(64 << 20)")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("libvirtd's store of secrets opens the disk too", .enabled(if: SystemLibvirt.isAvailable))
    func system() throws {
        let libvirt = try SystemLibvirt()
        let machine = try Machine()
        try serve(machine, Self.credential, #"{"hypervisor": "system", "libvirt_socket": "\#(libvirt.socket)"}"#)
        try machine.succeed("launch", "box", "--encrypt", "--memory", "128MB", "--storage", "256MB")
        try write(machine, "box")
        #expect(try libvirt.secrets().isEmpty)
        try machine.succeed("restart", "box")
        try isThere(machine, "box")
        try machine.succeed("delete", "--force", "--purge", "box")
    }
}
