import AIUModel
import AIUStore
import Testing

@Suite struct ModelTableTests {
    private func model(_ name: String, _ digit: String = "a") throws -> ModelRecord {
        ModelRecord(
            name: try #require(ModelName(name)), digest: try #require(ModelDigest(String(repeating: digit, count: 64))),
            size: .gibibytes(4), added: 5,
            summary: ModelSummary(
                architecture: "llama", name: "Größe \u{0} \u{7}", parameters: 1 << 50, quantisation: "Q4_0",
                types: ["Q4_0": .gibibytes(4)], weights: .gibibytes(4), tensors: 3, contextLength: 2048))
    }

    @Test("models and their roles are there when the database is opened again; roles go with their model")
    func keeps() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let one = try model("one")
            let two = try model("two.5_q4-k")
            do {
                let store = try SQLiteStore(path: path)
                try store.insert(two)
                try store.insert(one)
                try store.setModel(one.name, for: .router)
                try store.setModel(two.name, for: .router)
                try store.setModel(two.name, for: .creative)
                try store.setModel(one.name, for: .embedding)
            }
            let store = try SQLiteStore(path: path)
            #expect(try store.models() == [one, two])
            #expect(try store.modelRoles() == [.router: two.name, .creative: two.name, .embedding: one.name])
            try store.setModel(nil, for: .creative)
            try store.deleteModel(one.name)
            try store.deleteModel(one.name)
            #expect(try store.models() == [two])
            #expect(try store.modelRoles() == [.router: two.name])
        }
    }

    @Test("a name that is taken, a role for no model and a row that is damaged are refused")
    func refuses() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let store = try SQLiteStore(path: path)
            let one = try model("one")
            try store.insert(one)
            let taken = #expect(throws: Failure.self) { try store.insert(try model("one", "b")) }
            #expect(taken?.reason == .conflict)
            let nobody = try #require(ModelName("nobody"))
            #expect(throws: Failure.self) { try store.setModel(nobody, for: .router) }
            let database = try Database.open(path)
            try database.run("UPDATE model SET summary = '{'", to: "test")
            let damaged = #expect(throws: Failure.self) { try store.models() }
            #expect(damaged?.reason == .damaged)
        }
    }
}
