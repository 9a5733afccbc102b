import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real supervisor: models", .serialized, .enabled(if: Machine.isAvailable))
struct ModelTests {
    private func files(_ machine: borrowing Machine) throws -> [String] {
        try Files.names(in: "\(machine.state)/models")
    }

    private func write(_ bytes: [UInt8], _ name: String, _ machine: borrowing Machine) throws -> String {
        let path = "\(machine.state)/\(name)"
        try Files.replace(path, with: bytes)
        return path
    }

    @Test("a model comes, is looked at, checked, used and goes")
    func life() throws {
        let machine = try Machine(withImage: false)
        let file = try write(SmallModel.bytes(), "Tiny-Q4.gguf", machine)
        #expect(try machine.succeed("model", "ls").contains("there are no models"))
        #expect(try machine.succeed("model", "add", file, "--use", "router").contains("'tiny-q4' is added"))
        try machine.succeed("model", "add", file, "--name", "twin")
        try Files.remove(file)
        #expect(try files(machine).count == 1, "the same bytes are kept once")
        #expect(try machine.succeed("model", "ls", "--quiet") == "tiny-q4\ntwin")
        #expect(try machine.succeed("system", "df").contains("models"))
        let seen = try machine.json("model", "inspect", "tiny-q4", "--context", "100").described
        #expect(seen.contains(#""architecture":"llama""#) && seen.contains(#""roles":["router"]"#), "\(seen)")
        #expect(seen.contains(#""contextLength":100"#))
        let tight = try machine.aiu("model", "inspect", "twin", "--memory", "64MB")
        #expect(tight.status == 1 && tight.errors.contains("needs about"), "\(tight.errors)")
        try machine.succeed("model", "inspect", "twin", "--memory", "1GB")
        #expect(try machine.succeed("model", "verify", "--all").contains("'twin' is what was added"))
        #expect(try machine.aiu("model", "rm", "tiny-q4").status == 1)
        try machine.succeed("model", "use", "router", "twin")
        try machine.succeed("model", "rm", "tiny-q4")
        #expect(try files(machine).count == 1)
        // As after any restart, everything is still there.
        try machine.succeed("system", "stop")
        #expect(try machine.json("model", "ls").described.contains(#""roles":["router"]"#))
        try machine.succeed("model", "use", "router", "--none")
        try machine.succeed("model", "rm", "twin")
        #expect(try files(machine).isEmpty)
        let events = try machine.succeed("events")
        #expect(events.contains("modelAdded  twin") && events.contains("modelUsed  router: none"), "\(events)")
    }

    @Test("what is no whole model is refused in one sentence, and leaves nothing")
    func refused() throws {
        let machine = try Machine(withImage: false)
        let whole = SmallModel.bytes()
        try machine.succeed("model", "add", try write(whole, "good.gguf", machine))
        for (name, bytes, status, words) in [
            ("zip", Array("PK\u{3}\u{4}".utf8), 65, "not a GGUF file"), ("empty", [], 65, "not a GGUF file"),
            ("cut", Array(whole.prefix(whole.count - 1)), 65, "it ends after"),
            ("head", Array(whole.prefix(60)), 65, "it ends at byte 60"),
            ("long", whole + whole, 65, "it goes on after"),
            ("strange", SmallModel.bytes(architecture: "lama"), 1, "'lama' is not supported"),
        ] as [(String, [UInt8], Int32, String)] {
            let result = try machine.aiu("model", "add", try write(bytes, name, machine))
            #expect(result.status == status && result.errors.contains(words), "\(name): \(result)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        }
        for (arguments, status, words) in [
            (["add", "/no/such"], 66, "/no/such"), (["add", "/tmp"], 65, "directory"),
            (["add", "\(machine.state)/good.gguf"], 73, "already"),
            (["add", "\(machine.state)/good.gguf", "--name", "Bad Name"], 65, "model's name"),
            (["add", "\(machine.state)/good.gguf", "--use", "ruter"], 64, "router"),
            (["add", "-"], 64, "--name"), (["inspect", "god"], 66, "did you mean 'good'"),
            (["inspect", "good", "--context", "9999"], 65, "512 tokens"), (["rm", "nobody"], 66, "nobody"),
            (["use", "router", "nobody"], 66, "nobody"), (["use", "router"], 64, "--none"),
            (["use", "ruter", "good"], 64, "router"), (["verify"], 64, "--all"),
        ] as [([String], Int32, String)] {
            let result = try machine.aiu(["model"] + arguments)
            #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result)")
        }
        #expect(try machine.succeed("model", "ls", "--quiet") == "good")
        #expect(try files(machine).count == 1)
    }

    @Test("a file that was changed behind the supervisor's back is found out")
    func damaged() throws {
        let machine = try Machine(withImage: false)
        try machine.succeed("model", "add", try write(SmallModel.bytes(), "good.gguf", machine))
        let name = try #require(try files(machine).first)
        try Files.replace("\(machine.state)/models/\(name)", with: SmallModel.bytes(text: "evil"))
        let result = try machine.aiu("model", "verify", "good")
        #expect(result.status == 65 && result.errors.contains("its SHA-256 is"), "\(result)")
        try machine.succeed("model", "rm", "good")
        try machine.succeed("model", "add", "\(machine.state)/good.gguf")
        try machine.succeed("model", "verify", "good")
    }

    @Test("whoever is killed in the middle, nothing is half there afterwards")
    func killed() throws {
        let machine = try Machine(withImage: false)
        try machine.succeed("model", "add", try write(SmallModel.bytes(), "good.gguf", machine))
        // The header of 512 MiB, and a pipe that never ends behind it.
        let head = try write(SmallModel.header(rows: 4 << 20), "head", machine)
        for victim in ["aiud", "aiu"] {
            let pipe = "\(machine.state)/pipe"
            try #require(unsafe mkfifo(pipe, 0o600) == 0)
            let feeder = try Child.spawn(
                SpawnRequest(
                    "/bin/sh", ["-c", "exec 3>'\(pipe)'; cat '\(head)' >&3; head -c 64M /dev/zero >&3; exec sleep 60"],
                    environment: ["PATH=/usr/bin:/bin"]))
            let child = try machine.start("model", "add", pipe, "--name", "half")
            #expect(try machine.eventually { try files(machine).contains { $0.hasPrefix(".incoming-") } })
            kill(victim == "aiud" ? try machine.supervisor() : child.pid, SIGKILL)
            #expect(try child.wait() != .exited(0))
            kill(feeder.pid, SIGKILL)
            _ = try feeder.wait()
            #expect(try machine.succeed("model", "ls", "--quiet") == "good")
            #expect(try machine.eventually { try files(machine).count == 1 })
            try machine.succeed("model", "verify", "good")
            try Files.remove(pipe)
        }
    }

    @Test("a supervisor that ends after any step of an addition leaves all of it or nothing")
    func failPoints() throws {
        let machine = try Machine(withImage: false)
        let file = try write(SmallModel.bytes(), "good.gguf", machine)
        for (step, isThere) in [("modelReceived", false), ("modelKept", true), ("modelPlaced", true)] {
            let result = try machine.aiu(["model", "add", file], variables: ["AIU_FAIL_POINT=\(step)"])
            #expect(result.status != 0, "\(step): \(result)")
            #expect(try machine.succeed("model", "ls", "--quiet") == (isThere ? "good" : ""), "\(step)")
            #expect(try files(machine).count == (isThere ? 1 : 0), "\(step)")
            if isThere {
                try machine.succeed("model", "verify", "good")
                try machine.succeed("model", "rm", "good")
            }
            try machine.succeed("system", "stop")
        }
    }

    @Test("a disk without room is one sentence, also when it fills up on the way", .enabled(if: geteuid() == 0))
    func full() throws {
        let small = try SmallDisk(mebibytes: 96, withStamps: false)
        let machine = try Machine(withImage: false, in: small.path)
        try machine.succeed("model", "ls")
        let folder = "/tmp/models-full-\(VMID.random())"
        try Files.makeFolder(folder)
        defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
        let file = "\(folder)/large"
        try Files.replace(file, with: SmallModel.bytes(rows: 1 << 20))
        for arguments in [["model", "add", file], ["model", "add", "-", "--name", "large"]] {
            let input = try FileDescriptor.open(file, O_RDONLY)
            let errors = "\(folder)/errors"
            let output = try FileDescriptor.open(errors, O_WRONLY | O_CREAT | O_TRUNC)
            let child = try machine.start(arguments, descriptors: [input.raw, -1, output.raw])
            #expect(try child.wait() == .exited(73))
            let text = String(decoding: try Files.read(errors), as: UTF8.self)
            #expect(text.contains("are free") || text.contains("no space"), "\(text)")
            #expect(try files(machine).isEmpty)
        }
    }
}
