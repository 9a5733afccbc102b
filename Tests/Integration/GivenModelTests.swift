import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: models that a person added", .serialized, .enabled(if: Machine.isAvailable))
struct GivenModelTests {
    /// A decoder of random weights with a token for each byte, which the tests of the engine have; here with room for
    /// the list of tools.
    private func writer(_ machine: borrowing Machine, context: UInt32 = 4096) throws -> String {
        let tests = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        var bytes = try Files.read("\(tests)/AIUInferenceTests/Fixtures/tiny-writer.gguf")
        let key = Array("llama.context_length".utf8)
        let place = try #require(
            bytes.indices.first { $0 + key.count < bytes.count && bytes[$0..<$0 + key.count].elementsEqual(key) })
        // The key, the type of a number of four bytes, the number.
        for byte in 0..<4 {
            bytes[place + key.count + 4 + byte] = UInt8(truncatingIfNeeded: context >> (8 * UInt32(byte)))
        }
        let path = "\(machine.state)/tiny.gguf"
        try Files.replace(path, with: bytes)
        return path
    }

    private func configuration(_ machine: borrowing Machine, _ more: String = "") throws -> String {
        let path = "\(machine.state)/config.json"
        let text = #"{"tools":["calculator"],"token_limits":{"response_max":24}\#(more)}"#
        try Files.replace(path, with: Array(text.utf8))
        return path
    }

    @Test("two VMs share one file, load it, and are answered by it")
    func shared() throws {
        let machine = try Machine()
        let file = try writer(machine)
        let size = try Files.metadata(file).st_size
        try #require(size % 512 != 0, "the length of the disk must not be that of the file")
        try machine.succeed("model", "add", file, "--name", "tiny")
        // The same with room for nothing.
        try machine.succeed("model", "add", try writer(machine, context: 128), "--name", "short")
        let wish = try configuration(
            machine, #","custom_parameters":{"models":{"reasoning":"tiny","creative":"short"}}"#)
        for name in ["one", "two"] { try machine.succeed("launch", name, "--config", wish) }
        try isThere(machine, size: Int(size))
        for name in ["one", "two"] { try answers(machine, name) }
        // Whoever wants the model of the image gets it.
        let router = try machine.aiu("prompt", "one", "what is 6 times 7", "--model", "aiu-router")
        #expect(router.status == 0 && router.output.contains("42"), "\(router)")
        // One that cannot read the list of tools leaves the plan to it, and the answer to the phrases.
        let short = try machine.aiu("prompt", "one", "what is 6 times 7", "--model", "short", "--trace")
        #expect(short.status == 0 && short.output.contains("42"), "\(short)")
        #expect(short.errors.contains("too long for 'short', so aiu-router made it"), "\(short.errors)")
        let removed = try machine.aiu("model", "rm", "tiny")
        #expect(removed.status == 1 && removed.errors.contains("'one'"), "\(removed)")
        try changes(machine)
        try alters(machine)
        try machine.succeed("delete", "--force", "--purge", "one", "two")
        try machine.succeed("model", "rm", "tiny", "short")
    }

    private func isThere(_ machine: borrowing Machine, size: Int) throws {
        let models = try JSON(parsing: Array(try machine.aiu("model", "ls", "--vm", "one", "--json").output.utf8))
        let tiny = models.arrayValue?.first { $0["name"] == "tiny" }
        #expect(tiny?["roles"] == ["reasoning"] && tiny?["architecture"] == "llama", "\(models.text())")
        #expect(tiny?["bytes"]?.text() == "\(size)", "\(models.text())")
        let digest = try machine.json("model", "inspect", "tiny").described
        let seen = try machine.succeed(
            "exec", "two", "--", "sh", "-c", "head -c \(size) /aiu/models/tiny.gguf | sha256sum | cut -d' ' -f1")
        #expect(digest.contains(seen) && seen.count == 64, "\(seen)")
        // Not even the guest's root can change what the other VM reads.
        let written = try machine.aiu(
            "exec", "--user", "root", "two", "--", "sh", "-c", "echo evil > /aiu/models/tiny.gguf")
        #expect(written.status != 0)
        try machine.succeed("model", "verify", "tiny")
    }

    private func answers(_ machine: borrowing Machine, _ name: String) throws {
        let result = try machine.aiu("prompt", name, "what is 6 times 7", "--json", "--trace")
        // What a model of random weights plans is noise, but a plan, or none that it finished; a tool may refuse noise.
        #expect([0, 3, 4].contains(result.status), "\(result)")
        let answer = try JSON(parsing: Array(result.output.utf8))
        #expect(answer["model"] == "tiny", "\(result.output)")
        let stages = (answer["stages"]?.arrayValue ?? []).compactMap { $0["stage"]?.stringValue }
        #expect(stages.last == "synthesise", "\(result.output)")
        for call in answer["calls"]?.arrayValue ?? [] { #expect(call["tool"] == "calculator") }
        let loaded = try JSON(parsing: Array(try machine.aiu("model", "ls", "--vm", name, "--json").output.utf8))
        #expect(loaded.arrayValue?.contains { $0["name"] == "tiny" && $0["loaded"] == true } == true)
    }

    /// What a configuration says of models holds from the next start on.
    private func changes(_ machine: borrowing Machine) throws {
        #expect(try machine.succeed("model", "use", "reasoning", "--none", "--vm", "one").contains("next start"))
        #expect(try machine.aiu("config", "get", "one").errors.contains("custom_parameters.models"))
        try machine.succeed("restart", "one")
        let gone = try machine.aiu("prompt", "one", "what is 6 times 7", "--model", "tiny")
        #expect(gone.status == 66 && gone.errors.contains("no model 'tiny'"), "\(gone)")
        #expect(try machine.succeed("prompt", "one", "what is 6 times 7").contains("42"))
    }

    /// A file that is not what was added starts nothing, and what was put back is taken again.
    private func alters(_ machine: borrowing Machine) throws {
        try machine.succeed("stop", "two")
        let folder = "\(machine.state)/models"
        let digest = try JSON(parsing: Array(try machine.aiu("model", "inspect", "tiny", "--json").output.utf8))
        let hex = try #require(digest["model"]?["record"]?["digest"]?.stringValue)
        let path = "\(folder)/sha256-\(hex)"
        let good = try Files.read(path)
        var bad = good
        bad[good.count - 1] ^= 1
        try Files.replace(path, with: bad, mode: 0o444)
        let start = try machine.aiu("start", "two")
        #expect(start.status == 65 && start.errors.contains("its model 'tiny'"), "\(start)")
        #expect(try machine.phase(of: "two") == .stopped)
        try Files.replace(path, with: good, mode: 0o444)
        try machine.succeed("start", "two")
    }

    @Test("what cannot be is refused in one sentence, and nothing is changed")
    func refused() throws {
        let machine = try Machine()
        try machine.succeed("model", "add", try writer(machine), "--name", "tiny")
        let large = "\(machine.state)/large.gguf"
        try Files.replace(large, with: SmallModel.bytes(rows: 1 << 20))
        try machine.succeed("model", "add", large)
        try machine.succeed("create", "box", "--memory", "128MB")
        let before = try machine.succeed("config", "get", "box")
        for (arguments, words) in [
            (["use", "reasoning", "tinny", "--vm", "box"], "did you mean 'tiny'"),
            (["use", "reasonin", "tiny", "--vm", "box"], "did you mean 'reasoning'"),
            (["use", "reasoning", "large", "--vm", "box"], "'large' needs about"),
            (["use", "reasoning", "tiny", "--vm", "bx"], "there is no VM 'bx'"),
            (["add", large, "--name", "aiu-router"], "every image has"),
        ] {
            let result = try machine.aiu(["model"] + arguments)
            #expect(result.status != 0 && result.errors.contains(words), "\(result)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        }
        #expect(try machine.succeed("config", "get", "box") == before)
        let wish = try configuration(machine, #","custom_parameters":{"models":{"creative":"large"}}"#)
        let made = try machine.aiu("create", "other", "--memory", "128MB", "--config", wish)
        #expect(made.status != 0 && made.errors.contains("'large' needs about"), "\(made)")
        #expect(try machine.names() == ["box"])
        let dry = try machine.succeed(
            "config", "set", "box", "custom_parameters.models.creative=tiny", "--dry-run")
        #expect(dry.contains("next start"), "\(dry)")
    }
}
