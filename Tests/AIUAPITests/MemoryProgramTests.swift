import AIUJSON
import AIUWire
import Testing

/// `aiu memory`, from the words typed to the frames of the protocol and back.
struct MemoryProgramTests {
    private static let fact = MemoryFact(number: 3, time: 1_700_000_000_000, text: "the VAT is\u{1B}[2J 19 %")
    private static let script: ScriptedAgent.Script = { request, talk in
        guard case .memory(let wish) = request else { return }
        switch wish {
        case .list:
            try talk.say(.facts([fact]))
            try talk.say(.facts([MemoryFact(number: 4, time: -1, text: "b")]))
            try talk.say(.done)
        case .add(text: "the VAT is 19 %"), .remove(facts: [3]):
            try talk.say(.facts([fact]))
            try talk.say(.done)
        case .clear: try talk.say(.done)
        case .add, .remove: try talk.refuse(OperationFailure(.notFound, "there is no fact 9"))
        }
    }

    @Test("facts are listed, and command no terminal")
    func list() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let table = try await program.aiu("memory", "ls", AssistProgram.vm).output
            #expect(table.hasPrefix("NUMBER  TOLD") && table.contains("the VAT is\\u{1b}[2J 19 %"), "\(table)")
            #expect(try await program.aiu("memory", "list", AssistProgram.vm, "-q").output == "3\n4\n")
            let json = try await program.aiu("memory", "ls", AssistProgram.vm, "--json").output
            #expect(try JSON(parsing: Array(json.utf8))[1]?["text"] == "b")
        }
    }

    @Test("facts are added and erased")
    func change() async throws {
        try await AssistProgram.with(Self.script) { (program: AssistProgram) async throws in
            let vm = AssistProgram.vm
            let added = try await program.aiu("memory", "add", vm, "the", "VAT", "is", "19 %")
            #expect(added.status == 0 && added.output.contains("as number 3"), "\(added.errors)")
            #expect(try await program.aiu("memory", "rm", vm, "3").output.hasPrefix("erased: the VAT"))
            #expect(try await program.aiu("memory", "rm", vm, "9").status == 66)
            #expect(try await program.aiu("memory", "rm", vm, "x").status == 64)
            #expect(try await program.aiu("memory", "add", vm, " ").status == 64)
            #expect(try await program.aiu("memory", "clear", vm).status == 64)
            #expect(try await program.aiu("memory", "clear", vm, "--yes").status == 0)
        }
    }
}
