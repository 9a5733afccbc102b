import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: live configuration", .serialized, .enabled(if: Machine.isAvailable))
struct ConfigurationTests {
    @Test("a running VM takes over what it can, keeps the rest for its next start, and goes back")
    func live() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box", "--memory", "128MB")
        let dry = try machine.succeed("config", "set", "box", "location=Berlin", "resources.ram=192MB", "--dry-run")
        #expect(dry.contains("would change") && dry.contains("at once") && dry.contains("after a restart"))
        #expect(try machine.succeed("config", "get", "box", "location").isEmpty)
        let done = try machine.succeed("config", "set", "box", "location=Berlin", "resources.ram=192MB")
        #expect(done.contains("revision 2") && done.contains("confirmed"), "\(done)")
        #expect(
            try machine.succeed("exec", "box", "--", "cat", "/etc/aiu_config.json").contains(#""location": "Berlin""#))
        try machine.succeed("restart", "box")
        #expect(try machine.json("inspect", "box").described.contains(#""memory":201326592"#))
        #expect(
            try machine.succeed("exec", "box", "--", "cat", "/etc/aiu_config.json").contains(#""location": "Berlin""#))
        try machine.succeed("config", "rollback", "box")
        #expect(try machine.succeed("config", "get", "box", "location").isEmpty)
        #expect(try machine.succeed("config", "history", "box", "-q") == "3\n2\n1")
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("what cannot be is refused with the nearest right word and the line, and changes nothing")
    func refused() throws {
        let machine = try Machine()
        try machine.succeed("create", "box")
        let file = "\(machine.state)/bad.json"
        try Files.replace(file, with: Array("{\n  \"internt\": false\n}".utf8))
        for (arguments, status, words) in [
            (["set", "box", "locaton=x"], 64, "location"),
            (["set", "box", "resources.storage=1GB"], 78, "never shrinks"),
            (["set", "box", "token_limits.max_per_query=-5"], 78, "max_per_query"),
            (["apply", "box", "-f", file], 78, "line 2"), (["rollback", "box", "7"], 66, "7"),
            (["rollback", "box"], 1, "never had another"), (["get", "nobody"], 66, "nobody"),
        ] as [([String], Int32, String)] {
            let result = try machine.aiu(["config"] + arguments)
            let line = "aiu config \(arguments.joined(separator: " "))"
            #expect(result.status == status, "\(line): \(result.errors)")
            #expect(result.errors.contains(words), "\(line): \(result.errors)")
        }
        #expect(try machine.succeed("config", "history", "box", "-q") == "1")
    }

    @Test("an editor changes it, is opened again with the complaint, and changes nothing when left unchanged")
    func edit() throws {
        let machine = try Machine()
        try machine.succeed("create", "box")
        #expect(try machine.edit("box", with: "true") == ("nothing changed\n", 0))
        // First a wrong word, and when that is complained about, the right one.
        let script = """
            if grep -q 'Refused.*did you mean' "$1"; then sed -i 's/"locaton": ""/"location": "Berlin"/' "$1"; \
            else sed -i 's/"location"/"locaton"/' "$1"; fi
            """
        let program = "\(machine.state)/editor"
        try Files.replace(program, with: Array("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
        #expect(try machine.edit("box", with: program).status == 0)
        #expect(try machine.succeed("config", "get", "box", "location") == "Berlin")
        #expect(try machine.edit("box", with: "sed -i s/Berlin/\(String(repeating: "x", count: 9999))/").status == 78)
        #expect(try machine.succeed("config", "history", "box", "-q") == "2\n1")
    }
}

extension Machine {
    /// Edits a VM's configuration with a program as the editor.
    func edit(_ name: String, with editor: String) throws -> (output: String, status: Int32?) {
        let result = try aiu(["config", "edit", name], variables: ["VISUAL=\(editor)"])
        return (result.output, result.status)
    }
}
