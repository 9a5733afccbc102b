import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: what breaks around them", .serialized, .enabled(if: Machine.isAvailable))
struct FailureTests {
    @Test("a killed back end fails its VM, which starts again with its files")
    func killedBackEnd() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let note = "\(machine.state)/note"
        try Files.replace(note, with: Array("kept".utf8))
        try machine.succeed("cp", note, "box:/workspace/note")
        kill(try #require(try machine.process("aiu-vsockd")), SIGKILL)
        #expect(try machine.eventually { try machine.phase(of: "box") == .failed })
        #expect(try machine.succeed("inspect", "box").contains("back end"))
        #expect(try machine.eventually { try machine.process("qemu-system") == nil })
        try machine.succeed("start", "box")
        #expect(try machine.succeed("exec", "box", "--", "cat", "/workspace/note") == "kept")
    }

    @Test("a command that eats all memory is ended; its VM and its neighbours in it go on")
    func outOfMemory() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let greedy = try machine.aiu("exec", "box", "--", "python3", "-c", "x = bytearray(1 << 30)")
        #expect(greedy.status != 0)
        let eater = "x = []\nwhile True: x.append(bytearray(b'x' * (1 << 20)))"
        #expect(try machine.aiu("exec", "box", "--", "python3", "-c", eater).status != 0)
        #expect(try machine.succeed("exec", "box", "--", "echo", "alive") == "alive")
        #expect(try machine.phase(of: "box") == .running)
    }

    @Test("an agent that says nothing any more is lost until it is heard again; a paused one is not")
    func silentAgent() throws {
        let machine = try Machine()
        let supervisor = try machine.startSupervisor(
            configuration: #"{"heartbeat_ms": 200, "agent_silence_seconds": 3}"#)
        try machine.succeed("launch", "box", "--memory", "128MB")
        try machine.succeed("launch", "held", "--memory", "128MB")
        try machine.succeed("pause", "held")
        let id = try #require(try machine.views().first { $0.record.name.text == "box" }).record.id.text
        let pid = try #require(try machine.process("qemu-system", about: id))
        kill(pid, SIGSTOP)
        // A request that is sent before anybody knows does not hang either.
        #expect(try machine.aiu("exec", "box", "--", "true").status == 125)
        #expect(try machine.eventually { try machine.succeed("ls").contains("running (agent silent)") })
        #expect(try machine.views().first { $0.record.name.text == "box" }?.agent?.silent == true)
        let began = ContinuousClock.now
        for (words, status) in [
            (["exec", "box", "--", "true"], 125), (["ping", "box"], 69),
            (["cp", "/etc/hostname", "box:/workspace/x"], 69),
        ] as [([String], Int32)] {
            let refused = try machine.aiu(words)
            #expect(refused.status == status && refused.errors.contains("says nothing any more"), "\(refused)")
        }
        #expect(.now - began < .seconds(3))
        kill(pid, SIGCONT)
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "true").status == 0 })
        #expect(try machine.succeed("exec", "box", "--", "echo", "back") == "back")
        try machine.succeed("resume", "held")
        #expect(try machine.succeed("exec", "held", "--", "echo", "held") == "held")
        let events = try machine.succeed("events").split(separator: "\n").filter { $0.contains("agent") }
        #expect(events.count == 2, "\(events)")
        #expect(events.first?.contains("agentLost  box") == true && events.last?.contains("agentBack  box") == true)
        try machine.succeed("system", "stop")
        #expect(try supervisor.wait() == .exited(0))
    }

    @Test("a guest whose kernel panics has failed, and says why")
    func panic() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let eater = "x = []\nwhile True: x.append(bytearray(b'x' * (1 << 20)))"
        // In the root control group, where the limit is the machine's own memory.
        _ = try machine.aiu(
            "exec", "--user", "root", "box", "--", "sh", "-c",
            "echo 2 > /proc/sys/vm/panic_on_oom; exec python3 -c \"\(eater)\"")
        #expect(try machine.eventually { try machine.phase(of: "box") == .failed })
        let said = try machine.succeed("inspect", "box")
        #expect(said.contains("panicked"), "\(said)")
        #expect(try machine.succeed("logs", "--console", "box").contains("panic"))
        try machine.succeed("start", "box")
    }

    @Test("a full disk inside a guest is the guest's own trouble, and mends")
    func fullGuestDisk() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB", "--storage", "256MB")
        let filled = try machine.aiu("exec", "box", "--", "sh", "-c", "head -c 600M /dev/zero > /workspace/fill")
        #expect(filled.status != 0)
        let big = "\(machine.state)/big"
        try Files.replace(big, with: [UInt8](repeating: 7, count: 4 << 20))
        let copied = try machine.aiu("cp", big, "box:/workspace/big")
        #expect(copied.status != 0)
        #expect(copied.errors.contains("full"), "\(copied.errors)")
        #expect(try machine.aiu("exec", "box", "--", "test", "-e", "/workspace/big").status == 1)
        try machine.succeed("exec", "box", "--", "rm", "/workspace/fill")
        try machine.succeed("cp", big, "box:/workspace/big")
        try machine.succeed("restart", "box")
        #expect(try machine.succeed("exec", "box", "--", "stat", "-c", "%s", "/workspace/big") == "\(4 << 20)")
    }

    @Test("after a restart of the host, VMs are there with their files, and start")
    func hostRestart() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        try machine.succeed("create", "other", "--memory", "128MB")
        try machine.succeed("exec", "box", "--", "sh", "-c", "echo kept > /workspace/note; sync")
        kill(try machine.supervisor(), SIGKILL)
        for program in ["qemu-system", "aiu-vsockd"] {
            // A back end ends by itself once its QEMU has gone.
            if let process = try machine.process(program) { kill(process, SIGKILL) }
        }
        #expect(try machine.eventually { try machine.process("qemu-system") == nil })
        // What is in /run does not survive a restart of a host.
        try Files.removeTree("\(machine.state)/run")
        try Files.removeTree("\(machine.state)/libvirt/run")
        #expect(try machine.phase(of: "box") == .failed)
        #expect(try machine.phase(of: "other") == .stopped)
        #expect(try machine.succeed("system", "status").contains("box"))
        try machine.succeed("start", "box")
        #expect(try machine.succeed("exec", "box", "--", "cat", "/workspace/note") == "kept")
    }

    @Test("a supervisor that is killed while libvirt examines QEMU leaves no QEMU behind")
    func cutOffExamination() throws {
        let machine = try Machine()
        let probes = { (machine: borrowing Machine) in
            try machine.processes().filter { $0.contains("qemu-system") && $0.contains("-machine none") }
        }
        // An examination takes a moment only, and one that was finished is remembered.
        for _ in 0..<20 where try probes(machine).isEmpty {
            if Files.exists("\(machine.state)/libvirt") { try Files.removeTree("\(machine.state)/libvirt") }
            let child = try machine.start("ls")
            let moment = ContinuousClock.now + .seconds(5)
            while try probes(machine).isEmpty, .now < moment { usleep(2000) }
            try machine.killSupervisor()
            _ = try child.wait()
        }
        #expect(try !probes(machine).isEmpty)
        try machine.succeed("ls")
        // The last supervisor's own examination ends by itself.
        let folder = "\(machine.state)/libvirt/lib/qemu"
        #expect(
            try machine.eventually {
                let isClean = try Files.names(in: folder).allSatisfy { !$0.hasPrefix("qmp-") }
                return try isClean && probes(machine).isEmpty
            })
    }

    @Test("a database of a newer version is refused and left as it is")
    func newerDatabase() throws {
        let machine = try Machine()
        try machine.succeed("create", "box")
        try machine.succeed("system", "stop")
        try machine.sql("INSERT INTO migration (name, applied) VALUES ('from the future', 1)")
        let result = try machine.aiu("ls")
        #expect(result.status == 69)
        #expect(result.errors.contains("newer") && result.errors.contains("from the future"), "\(result.errors)")
        try machine.sql("DELETE FROM migration WHERE name = 'from the future'")
        #expect(try machine.names() == ["box"])
    }

    @Test("a lock that nobody holds any more does not matter")
    func staleLock() throws {
        let machine = try Machine()
        try Files.replace("\(machine.state)/aiud.lock", with: Array("1".utf8))
        #expect(try machine.names().isEmpty)
        #expect(try machine.supervisor() != 1)
    }

    @Test(
        "a supervisor that is asked to end in the middle of something leaves nothing half made",
        arguments: [
            ["create", "x"], ["launch", "x"], ["start", "box"], ["stop", "up"], ["delete", "--force", "up"],
        ])
    func endedInTheMiddle(command: [String]) throws {
        let machine = try Machine()
        try machine.succeed("create", "box", "--memory", "128MB")
        try machine.succeed("launch", "up", "--memory", "128MB")
        for delay in [2_000, 60_000, 400_000] as [UInt32] {
            let child = try machine.start(command)
            usleep(delay)
            kill(try machine.supervisor(), SIGTERM)
            _ = try child.wait()
            #expect(
                try machine.eventually {
                    try ["creating", "starting", "stopping", "deleting"].allSatisfy { phase in
                        try !machine.json("ls").described.contains(#""phase":"\#(phase)""#)
                    }
                })
            let running = try machine.views().filter { $0.record.phase == .running }.count
            #expect(
                try machine.eventually {
                    try machine.processes().filter { $0.contains("qemu-system") }.count == running
                })
            // As it was, for the next moment.
            _ = try machine.aiu("delete", "--force", "--purge", "x")
            _ = try machine.aiu("stop", "box")
            _ = try machine.aiu("launch", "up", "--memory", "128MB")
            _ = try machine.aiu("start", "up")
        }
    }
}
