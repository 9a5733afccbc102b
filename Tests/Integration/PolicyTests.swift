import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: the policy", .serialized, .enabled(if: Machine.isAvailable))
struct PolicyTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")
    private static let shell = ["tool", "run", "box", "shell", "--arg", "command=echo it ran", "--yes"]

    @Test("holds at once in a VM that runs, whatever becomes of the supervisor")
    func life() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        #expect(try shell(machine).output.contains("it ran"))

        try machine.succeed("policy", "apply", "\(Self.root)/config/policies/sealed.json", "--note", "sealed")
        try isSealed(machine)
        // No warning, no end in order; the next one goes on by the same policy.
        try machine.killSupervisor()
        try isSealed(machine)
        #expect(try machine.json("policy", "show")["policy"]?["version"].map { JSON($0) } == 1)

        try machine.succeed("policy", "apply", "-", input: #"{"tools": {"deny": ["web_scraper"]}}"#)
        #expect(try shell(machine).output.contains("it ran"))
        try machine.succeed("policy", "rollback")
        try isSealed(machine)
        try explains(machine)
        try byHand(machine)
        try isRecorded(machine)
    }

    private func shell(_ machine: borrowing Machine) throws -> Machine.Result { try machine.aiu(Self.shell) }

    private func isSealed(_ machine: borrowing Machine) throws {
        let refused = try shell(machine)
        #expect(refused.status == 77 && refused.errors.contains("policy"), "\(refused.errors)")
        #expect(try machine.succeed("tool", "ls", "box").contains("denied by the policy"))
        // By the assistant too, which plans with what is left.
        let prompt = try machine.aiu("prompt", "box", "run echo it ran in the shell", "--yes", "--json")
        let calls = (try? JSON(parsing: Array(prompt.output.utf8)))?["calls"]?.arrayValue ?? []
        #expect(!calls.contains { $0["tool"] == "shell" && $0["status"] == "succeeded" }, "\(prompt.output)")
        let open = try machine.aiu("config", "set", "box", "internet=true", "network_policy=open")
        #expect(open.status == 77 && open.errors.contains("isolated at most"), "\(open.errors)")
        #expect(try machine.succeed("tool", "run", "box", "calculator", "--arg", "expression=6*7").contains("42"))
    }

    private func explains(_ machine: borrowing Machine) throws {
        let text = try machine.aiu("policy", "explain", "--vm", "box", "--tool", "shell")
        #expect(text.status == 1 && text.output.contains("host, line 7"), "\(text.output)\(text.errors)")
        #expect(try machine.succeed("policy", "history", "--quiet") == "3\n2\n1")
        let dry = try machine.json("policy", "rollback", "2", "--dry-run")
        #expect(dry["vms"]?.elements?.first?["vm"].map { JSON($0) } == "box")
        #expect(try machine.json("policy", "show")["policy"]?["version"].map { JSON($0) } == 3)
    }

    /// The file is edited while the supervisor runs, and while it does not: rightly, and wrongly.
    private func byHand(_ machine: borrowing Machine) throws {
        let file = "\(machine.state)/policy.json"
        try Files.replace(file, with: Array(#"{"resources": {"vms": 1}}"#.utf8))
        kill(try machine.supervisor(), SIGHUP)
        #expect(try machine.eventually { try machine.succeed("policy", "show", "--quiet").contains("vms") })
        let second = try machine.aiu("create", "second")
        #expect(second.status == 6 && second.errors.contains("host may have 1 VMs"), "\(second.errors)")
        try machine.succeed("system", "stop")
        try Files.replace(file, with: Array(#"{"resources": {"vms": 2}}"#.utf8))
        try machine.succeed("create", "second")
        try machine.succeed("system", "stop")
        try Files.replace(file, with: Array(#"{"resources": {"vms": "many"}}"#.utf8))
        #expect(try machine.aiu("create", "third").status == 6)
        #expect(try machine.succeed("policy", "show").contains("\"vms\": 2"))
        #expect(try machine.aiu("policy", "apply").status == 78)
        #expect(try machine.aiu("doctor").output.contains("is not in force, version 5 is"))
        try machine.succeed("policy", "rollback", "5")
        #expect(String(decoding: try Files.read(file), as: UTF8.self) == #"{"resources": {"vms": 2}}"#)
    }

    private func isRecorded(_ machine: borrowing Machine) throws {
        let records = JSON(try machine.json("audit", "search", "--action", "applyPolicy")).arrayValue ?? []
        let begun = records.filter { $0["kind"] == "begun" }
        #expect(begun.count == 8, "\(begun.count)")
        #expect(
            begun.compactMap { $0["policy"]?.integerValue } == begun.compactMap { $0["policy"]?.integerValue }.sorted())
        let runs = JSON(try machine.json("audit", "search", "--action", "runTool")).arrayValue ?? []
        let during = Set(runs.compactMap { $0["policy"]?.integerValue })
        #expect(during.isSuperset(of: [0, 1, 2, 3]))
        try machine.succeed("audit", "verify")
    }
}
