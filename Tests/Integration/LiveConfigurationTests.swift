import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: configurations that change under way", .serialized, .enabled(if: Machine.isAvailable))
struct LiveConfigurationTests {
    @Test("a running VM takes a change over, keeps what runs, and finds it again after a restart")
    func changes() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB", "--storage", "1GB")
        try dryRun(machine)
        try whileSomethingRuns(machine)
        try refusal(machine)
        try rollback(machine)
        try restart(machine)
        try atRest(machine)
        try supervisorsEnd(machine)
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    private func zone(_ machine: borrowing Machine) throws -> String {
        try machine.succeed("exec", "box", "--", "date", "+%Z")
    }

    /// What programs in the VM read.
    private func inGuest(_ machine: borrowing Machine, _ field: String) throws -> JSON? {
        let text = try machine.succeed("exec", "box", "--", "cat", "/etc/aiu_config.json")
        #expect(text.utf8.count == 32 * 1024)
        return try JSON(parsing: text)[field]
    }

    private func dryRun(_ machine: borrowing Machine) throws {
        let before = try machine.succeed("exec", "box", "--", "sha256sum", "/etc/aiu_config.json")
        let told = try machine.succeed(
            "config", "set", "box", "timezone=Asia/Tokyo", "resources.ram=192MB", "--dry-run")
        #expect(told.contains("timezone") && told.contains("resources.ram"))
        #expect(try machine.succeed("exec", "box", "--", "sha256sum", "/etc/aiu_config.json") == before)
        #expect(try zone(machine) == "UTC")
    }

    private func whileSomethingRuns(_ machine: borrowing Machine) throws {
        let (input, output) = try pipes()
        let child = try machine.start(
            "exec", "-i", "box", "--", "sh", "-c", "echo ready; read line; echo $line $(date +%Z)",
            descriptors: [input.0, output.1, 2])
        close(input.0)
        close(output.1)
        defer {
            close(input.1)
            close(output.0)
        }
        #expect(try line(output.0) == "ready")
        try machine.succeed("config", "set", "box", "timezone=Asia/Tokyo", "location=there", "tools=[\"csv\"]")
        #expect(try zone(machine) == "JST")
        #expect(try inGuest(machine, "location") == "there")
        #expect(try machine.succeed("exec", "box", "--", "readlink", "/etc/localtime").hasSuffix("Asia/Tokyo"))
        _ = unsafe write(input.1, "still\n", 6)
        // It began under the former zone and keeps it.
        #expect(try line(output.0) == "still UTC")
        #expect(try child.wait() == .exited(0))
    }

    private func refusal(_ machine: borrowing Machine) throws {
        let before = try machine.succeed("exec", "box", "--", "sha256sum", "/etc/aiu_config.json")
        let refused = try machine.aiu("config", "set", "box", "timezone=Mars/Olympus")
        #expect(refused.status != 0)
        #expect(refused.errors.contains("no time zone 'Mars/Olympus'"))
        #expect(try machine.succeed("exec", "box", "--", "sha256sum", "/etc/aiu_config.json") == before)
        #expect(try zone(machine) == "JST")
        #expect(try machine.succeed("config", "get", "box", "timezone") == "Asia/Tokyo")
        let wrong = try machine.aiu("config", "set", "box", "timezon=UTC")
        #expect(wrong.errors.contains("timezone"))
    }

    private func rollback(_ machine: borrowing Machine) throws {
        try machine.succeed("config", "rollback", "box", "1")
        #expect(try zone(machine) == "UTC")
        #expect(try inGuest(machine, "location") == "")
        try machine.succeed("config", "rollback", "box", "2")
        #expect(try zone(machine) == "JST")
        let states = try machine.json("config", "history", "box").elements ?? []
        #expect(states.map { JSON($0)["state"] } == ["applied", "applied", "refused", "applied", "applied"])
    }

    private func restart(_ machine: borrowing Machine) throws {
        try machine.succeed("config", "set", "box", "resources.ram=192MB", "resources.storage=2GB")
        #expect(try machine.json("inspect", "box")["record"]?["resources"].map { JSON($0)["memory"] } == 134_217_728)
        try machine.succeed("restart", "box")
        #expect(try zone(machine) == "JST")
        #expect(try machine.json("inspect", "box")["record"]?["resources"].map { JSON($0)["memory"] } == 201_326_592)
        let root = try machine.eventually {
            let size = try machine.succeed("exec", "box", "--", "df", "-B1", "--output=size", "/")
            return size.split(separator: "\n").last.flatMap { Int($0.filter(\.isNumber)) }.map { $0 > 1_500_000_000 }
                == true
        }
        #expect(root, "the file system did not grow")
    }

    private func atRest(_ machine: borrowing Machine) throws {
        try machine.succeed("stop", "box")
        try machine.succeed("config", "set", "box", "timezone=Europe/Berlin", "location=rest")
        try machine.succeed("start", "box")
        #expect(["CET", "CEST"].contains(try zone(machine)))
        #expect(try inGuest(machine, "location") == "rest")
    }

    private func supervisorsEnd(_ machine: borrowing Machine) throws {
        kill(try machine.supervisor(), SIGKILL)
        // The next command starts another one, and the agent dials it by itself.
        #expect(try machine.eventually { try machine.aiu("config", "set", "box", "location=after").status == 0 })
        #expect(try inGuest(machine, "location") == "after")
    }

    private func pipes() throws -> ((Int32, Int32), (Int32, Int32)) {
        (try UnixSocket.pair().take(), try UnixSocket.pair().take())
    }

    private func line(_ file: Int32) throws -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(file, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
