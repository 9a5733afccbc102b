import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: the audit", .serialized, .enabled(if: Machine.isAvailable))
struct AuditTests {
    @Test("everything that was done is in it, also after a kill; nothing can be changed unseen")
    func audit() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        try machine.succeed("exec", "--env", "TOKEN=hush", "box", "--", "echo", "first")
        try machine.succeed("prompt", "box", "what is 6 times 7")
        let end = try machine.succeed("audit", "verify", "--quiet")
        try kill(machine)
        try machine.succeed("exec", "box", "--", "echo", "second")
        try machine.succeed("audit", "verify", "--expect", end)
        try tells(machine)
        try exports(machine)
        try machine.succeed("delete", "--force", "--purge", "box")
        try isChanged(machine)
    }

    /// No warning, no end in order.
    private func kill(_ machine: borrowing Machine) throws {
        let status = try machine.json("system", "status")
        let process = try #require(status["processID"].flatMap { JSON($0).integerValue })
        #expect(Glibc.kill(Int32(process), SIGKILL) == 0)
        #expect(try machine.eventually { Glibc.kill(Int32(process), 0) != 0 })
    }

    private func tells(_ machine: borrowing Machine) throws {
        let records = JSON(try machine.json("audit", "search", "--subject", "box")).arrayValue ?? []
        let begun = records.filter { $0["kind"] == "begun" }.compactMap { $0["action"]?.stringValue }
        #expect(begun == ["createVM", "startVM", "execute", "prompt", "execute"])
        #expect(records.allSatisfy { $0["actor"]?["user"]?.integerValue == Int64(geteuid()) })
        #expect(records.filter { $0["kind"] == "ended" }.allSatisfy { $0["outcome"] == "done" })
        let text = try machine.succeed("audit", "tail", "-n", "1000")
        #expect(text.contains("second") && !text.contains("hush") && !text.contains("6 times 7"))
        let key = try #require(try machine.json("audit", "verify")["key"].flatMap { JSON($0).stringValue })
        #expect(try machine.aiu("audit", "verify", "--key", String(key.reversed())).status == 65)
    }

    private func exports(_ machine: borrowing Machine) throws {
        let file = "\(machine.state)/audit.jsonl"
        try machine.succeed("audit", "export", "--output", file)
        #expect(try machine.aiu("audit", "export", "--output", file).status == 73)
        let key = try #require(try machine.json("audit", "verify")["key"].flatMap { JSON($0).stringValue })
        #expect(try machine.succeed("audit", "verify", file, "--key", key).contains("sound"))
        let forged = String(decoding: try Files.read(file), as: UTF8.self).split(separator: "createVM")
        try Files.replace(file, with: Array(forged.joined(separator: "renameVM").utf8))
        let refused = try machine.aiu("audit", "verify", file)
        #expect(refused.status == 65 && refused.output.contains("was changed"), "\(refused.output)")
        #expect(try machine.succeed("audit", "export", "--as", "csv").hasPrefix("sequence,time,kind"))
        #expect(try machine.succeed("audit", "export", "--as", "cef").hasPrefix("CEF:0|AIU Virtual|aiud|"))
        #expect(try machine.aiu("audit", "verify", "/no/such/file").status == 66)
    }

    /// Somebody cuts off the end while no supervisor runs.
    private func isChanged(_ machine: borrowing Machine) throws {
        try machine.succeed("system", "stop")
        let folder = "\(machine.state)/audit"
        let last = try #require(try Files.names(in: folder).last { $0.hasSuffix(".jsonl") })
        let lines = try Files.read("\(folder)/\(last)").split(separator: 0x0A).dropLast(3)
        try Files.replace("\(folder)/\(last)", with: Array(lines.joined(separator: [0x0A])) + [0x0A])
        let report = try machine.aiu("audit", "verify")
        #expect(report.status == 65 && report.output.contains("cut off the end"), "\(report.output)\(report.errors)")
    }
}
