import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: commands and copies", .serialized, .enabled(if: Machine.isAvailable))
struct CommandTests {
    @Test("commands keep their status, their streams, their limits; files keep their bytes and modes")
    func commands() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        try statuses(machine)
        try streams(machine)
        try limits(machine)
        try copies(machine)
        try cancellation(machine)
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    private func statuses(_ machine: borrowing Machine) throws {
        #expect(try machine.aiu("exec", "box", "--", "sh", "-c", "exit 42").status == 42)
        #expect(try machine.aiu("exec", "box", "--", "sh", "-c", "kill -TERM $$").status == 128 + 15)
        #expect(try machine.aiu("exec", "box", "--", "no-such-program").status == 127)
        #expect(try machine.aiu("exec", "box", "--", "/etc/passwd").status == 126)
        let missing = try machine.aiu("exec", "--workdir", "/no/such/folder", "box", "--", "true")
        #expect(missing.status != 0)
        #expect(missing.errors.contains("/no/such/folder"))
    }

    private func streams(_ machine: borrowing Machine) throws {
        let both = try machine.aiu("exec", "box", "--", "sh", "-c", "echo out; echo err >&2")
        #expect(both.output == "out\n")
        #expect(both.errors.contains("err\n"))
        let million = String(repeating: "0123456789abcdef", count: 1 << 16)
        #expect(try machine.aiu("exec", "-i", "box", "--", "cat", input: million).output == million)
        #expect(
            try machine.succeed("exec", "-i", "box", "--", "wc", "-c", input: million) == String(million.utf8.count))
        #expect(try machine.succeed("exec", "--env", "COLOUR=blue", "box", "--", "sh", "-c", "echo $COLOUR") == "blue")
        #expect(try machine.succeed("exec", "box", "--", "cat") == "")  // without -i there is nothing to read
    }

    private func limits(_ machine: borrowing Machine) throws {
        let slow = try machine.aiu("exec", "--timeout", "1s", "box", "--", "sleep", "60")
        #expect(slow.status == 124)
        let loud = try machine.aiu("exec", "--output-limit", "1000", "box", "--", "sh", "-c", "yes | head -c 100000")
        #expect(loud.output.utf8.count <= 1000)
        #expect(loud.errors.contains("limit"))
    }

    private func copies(_ machine: borrowing Machine) throws {
        let tree = "\(machine.state)/tree"
        try Files.makeFolder("\(tree)/deep/er")
        try Files.replace("\(tree)/run.sh", with: Array("#!/bin/sh\necho ran\n".utf8), mode: 0o755)
        var bytes = [UInt8](repeating: 0, count: 3 << 20)
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 7) }
        try Files.replace("\(tree)/deep/er/data.bin", with: bytes)
        try machine.succeed("cp", tree, "box:/workspace/")
        #expect(try machine.succeed("exec", "box", "--", "/workspace/tree/run.sh") == "ran")
        try machine.succeed("cp", "box:/workspace/tree", "\(machine.state)/back")
        #expect(try Files.read("\(machine.state)/back/deep/er/data.bin") == bytes)
        #expect(try Files.metadata("\(machine.state)/back/run.sh").st_mode & 0o777 == 0o755)
        let missing = try machine.aiu("cp", "box:/no/such/file", "\(machine.state)/x")
        #expect(missing.status != 0)
        #expect(!Files.exists("\(machine.state)/x"))
    }

    private func cancellation(_ machine: borrowing Machine) throws {
        let child = try machine.start("exec", "box", "--", "sleep", "987")
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "pgrep", "-x", "sleep").status == 0 })
        try child.signal(SIGINT)
        #expect(try child.wait() == .exited(130))
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "pgrep", "-x", "sleep").status == 1 })
    }

    @Test("an ephemeral VM runs one command and is gone")
    func ephemeral() throws {
        let machine = try Machine()
        let result = try machine.aiu("run", "--memory", "128MB", "--", "sh", "-c", "echo answer; exit 3")
        #expect(result.output == "answer\n")
        #expect(result.status == 3)
        #expect(try machine.names().isEmpty)
    }
}
