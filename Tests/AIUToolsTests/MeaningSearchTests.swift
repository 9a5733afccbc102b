import AIUInferenceLink
import AIUJSON
import AIUTools
import AIUWire
import Synchronization
import Testing

@Suite("text_search by meaning")
struct MeaningSearchTests {
    /// Texts about the same subject mean the same; counts what it is asked.
    private final class Model: Sendable {
        private static let subjects = [["money", "refund", "price"], ["holiday", "vacation"], ["backup", "copies"]]
        private let texts = Mutex<[String]>([])
        let answers: Bool

        let space: String

        init(answers: Bool = true, space: String = "one") {
            self.answers = answers
            self.space = space
        }

        var asked: [String] { texts.withLock { $0 } }

        func meanings(_ wanted: [String]) -> Meanings? {
            guard answers else { return nil }
            texts.withLock { $0 += wanted }
            let vectors: [[Float]] = wanted.map { text in
                let words = text.lowercased()
                let scores: [Float] = Self.subjects.map { $0.contains { words.contains($0) } ? 1 : 0 }
                return scores.contains(1) ? scores : [0.1, 0.1, 0.1]
            }
            return Meanings(space: space, vectors: vectors)
        }
    }

    private func with(_ model: Model, _ body: (ScratchWorkspace, (JSON) throws -> ToolReply) throws -> Void) throws {
        let meaning = Meaning { model.meanings($0) }
        try ScratchWorkspace.with { workspace in
            try workspace.file("shop/terms.txt", "Terms\n\nYou get your money back within 30 days.\n")
            try workspace.file("staff.txt", "Employees have 25 days of vacation.\n")
            try body(workspace) { arguments in
                try WorkspaceCall(workspace: workspace).run(
                    TextSearch(root: workspace.path, meaning: meaning), arguments)
            }
        }
    }

    @Test("what no document says in these words is found by what it means, and that is said")
    func found() throws {
        let model = Model()
        try with(model) { _, call in
            let reply = try call(["query": "refund"])
            #expect(reply.text == "shop/terms.txt:3: You get your money back within 30 days.")
            #expect(reply.phrase?.name == "text_search.meaning")
            #expect(reply.value?["by"] == "meaning" && reply.value?["complete"] == true)
            #expect(reply.value?["compared"] == 3 && reply.value?["passages"] == 3)
            // The passages are read once.
            let asked = model.asked.count
            #expect(try call(["query": "holiday"]).text.hasPrefix("staff.txt:1:"))
            #expect(model.asked.count == asked + 1)
        }
    }

    @Test("words go first, and nothing near is nothing")
    func words() throws {
        let model = Model()
        try with(model) { _, call in
            let reply = try call(["query": "vacation"])
            #expect(reply.value?["by"] == "words" && model.asked.isEmpty)
            let none = try call(["query": "copies"])
            #expect(none.phrase?.name == "text_search.none" && none.text.isEmpty)
            #expect(none.value?["complete"] == true)
            #expect(none.value?["compared"] == 3 && none.value?["passages"] == 3)
        }
    }

    @Test("a file that changed is read again, and a folder bounds the search")
    func changes() throws {
        try with(Model()) { workspace, call in
            #expect(try call(["query": "holiday", "path": "shop"]).text.isEmpty)
            #expect(try call(["query": "holiday"]).text.hasPrefix("staff.txt"))
            try workspace.file("staff.txt", "We make copies every night.\n")
            #expect(try call(["query": "holiday"]).text.isEmpty)
            #expect(try call(["query": "backup"]).text == "staff.txt:1: We make copies every night.")
        }
    }

    @Test("another model reads the passages anew")
    func otherModel() throws {
        let other = Model(space: "two")
        try with(Model()) { workspace, call in
            _ = try call(["query": "refund"])
            let search = TextSearch(root: workspace.path, meaning: Meaning { other.meanings($0) })
            let reply = try WorkspaceCall(workspace: workspace).run(search, ["query": "refund"])
            #expect(reply.value?["compared"] == 3 && other.asked.count == 4)
        }
    }

    @Test("without the model it is as before")
    func noModel() throws {
        try with(Model(answers: false)) { _, call in
            let reply = try call(["query": "refund"])
            #expect(reply.text.isEmpty && reply.phrase?.name == "text_search.none")
        }
    }

    @Test("no more passages are read than are kept, and an answer says how many")
    func bounds() throws {
        let model = Model()
        try with(model) { workspace, call in
            let text = (0..<4200).map { "passage \($0)\n\n" }.joined()
            try workspace.file("long.txt", text)
            let reply = try call(["query": "refund"])
            #expect(reply.value?["complete"] == false && reply.value?["compared"] == 4096)
            #expect(model.asked.count == 4097)
            // Nothing was found in the part that was read: that is not said of all.
            let none = try call(["query": "backup"])
            #expect(none.phrase?.name == "text_search.unfinished" && none.value?["complete"] == false)
            #expect(none.value?["compared"] == 4096 && none.value?["passages"] == 4203)
            // A folder that came later is read all the same, and others make room for it.
            try workspace.file("later/a.txt", "We make copies.\n\nEvery night.\n")
            let later = try call(["query": "backup", "path": "later"])
            #expect(later.text == "later/a.txt:1: We make copies." && later.value?["compared"] == 2)
            #expect(try call(["query": "backup"]).value?["compared"] == 4096)
        }
    }
}
