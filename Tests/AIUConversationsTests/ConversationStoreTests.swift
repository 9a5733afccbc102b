import AIUConversations
import AIUJSON
import AIUSystem
import AIUWire
import Glibc
import Testing

private func withStore(_ body: (ConversationStore, String) throws -> Void) throws {
    let folder = "/tmp/aiu-conversations-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { try? Files.removeTree(folder) }
    try body(ConversationStore(folder: folder), folder)
}

private func turn(_ prompt: String, _ answer: String, at time: Int64 = 1, files: [String] = []) -> ConversationTurn {
    ConversationTurn(time: time, prompt: prompt, answer: answer, tools: ["csv"], files: files)
}

@Suite("Conversations on the disk")
struct ConversationStoreTests {
    @Test("are there with their turns when they are read again")
    func roundTrip() throws {
        try withStore { store, _ in
            let conversation = store.begin(title: "average  of\nthe price", at: 5)
            #expect(try store.list().isEmpty)
            try store.add(turn("a", "b", at: 6, files: ["/workspace/orders.csv"]), to: conversation)
            try store.add(turn("c\n\"", "d", at: 7), to: conversation)
            let found = try store.find("average of the price", to: "test")
            #expect(found.id == conversation.id)
            #expect(found.turns.map(\.prompt) == ["a", "c\n\""])
            #expect(found.files == ["/workspace/orders.csv"])
            #expect(found.summary.updated == 7 && found.summary.turns == 2)
        }
    }

    @Test("a line that was cut off takes no other with it")
    func torn() throws {
        try withStore { store, folder in
            let conversation = store.begin(title: "x", at: 1)
            try store.add(turn("first", "1"), to: conversation)
            let path = "\(folder)/\(conversation.id).jsonl"
            let whole = try Files.read(path)
            for cut in stride(from: 1, to: whole.count, by: 7) {
                try Files.replace(path, with: Array(whole.dropLast(cut)))
                // Cut in its first line it is no conversation any more.
                guard try store.list().count == 1 else { continue }
                try store.add(turn("second", "2"), to: conversation)
                #expect(try store.find(conversation.id, to: "test").turns.last?.prompt == "second")
            }
        }
    }

    @Test("a digest of the oldest turns stays with them, and does not leave the VM")
    func digest() throws {
        try withStore { store, _ in
            let conversation = store.begin(title: "x", at: 1)
            try store.add(turn("first", "1"), to: conversation)
            try store.keep(ConversationDigest(turns: 1, text: "old"), of: conversation)
            try store.add(turn("second", "2"), to: conversation)
            try store.keep(ConversationDigest(turns: 2, text: String(repeating: "x", count: 20_000)), of: conversation)
            let found = try store.find("x", to: "test")
            #expect(found.turns.count == 2 && found.digest?.turns == 2)
            #expect(found.digest?.text.utf8.count == ConversationDigest.longest)
            let document = try ExportedConversation.parts(of: found, within: 16 * 1024)[0].json()
            #expect(try store.importing(document).digest == nil)
        }
    }

    @Test("are renamed, found, erased")
    func life() throws {
        try withStore { store, _ in
            let first = store.begin(title: "prices", at: 1)
            try store.add(turn("what is the Average?", "It is 7."), to: first)
            let second = store.begin(title: "weather", at: 2)
            try store.add(turn("rain", "none", at: 9), to: second)
            #expect(try store.list().map(\.title) == ["weather", "prices"])
            #expect(try store.search("average 7").map(\.id) == [first.id])
            #expect(try store.search("average 8").isEmpty)
            #expect(try store.search("average").first?.excerpt == "what is the Average?")
            try store.rename(first.id, to: "weather")
            #expect(throws: ConversationError.self) { try store.find("weather", to: "test") }
            try store.erase(second.id)
            #expect(try store.find("weather", to: "test").id == first.id)
            try store.eraseAll()
            #expect(try store.list().isEmpty)
        }
    }

    @Test(
        "what cannot be done is one sentence",
        arguments: [("zzz", "there is no conversation 'zzz'"), ("prces", "did you mean 'prices'")])
    func notFound(name: String, words: String) throws {
        try withStore { store, _ in
            try store.add(turn("a", "b"), to: store.begin(title: "prices", at: 1))
            let error = #expect(throws: ConversationError.self) { try store.erase(name) }
            #expect("\(error!)".contains(words))
        }
    }

    @Test("titles are one line", arguments: ["", "a\nb", String(repeating: "x", count: 201)])
    func titles(title: String) throws {
        try withStore { store, _ in
            let conversation = store.begin(title: "prices", at: 1)
            try store.add(turn("a", "b"), to: conversation)
            #expect(throws: ConversationError.self) { try store.rename(conversation.id, to: title) }
        }
    }

    @Test("leave a VM in parts and come back whole")
    func export() throws {
        try withStore { store, _ in
            let conversation = store.begin(title: "long", at: 3)
            for number in 0..<20 {
                try store.add(turn("p\(number)", String(repeating: "ü", count: 1000)), to: conversation)
            }
            let whole = try store.find(conversation.id, to: "test")
            let parts = ExportedConversation.parts(of: whole, within: 16 * 1024)
            #expect(parts.count > 1)
            var copy: Conversation?
            for part in parts {
                var document = try part.json()
                if let copy { document["continues"] = .string(copy.id) }
                copy = try store.importing(document)
            }
            let imported = try store.find(try #require(copy).id, to: "test")
            #expect(imported.id != whole.id)
            #expect(imported.turns == whole.turns && imported.title == whole.title)
        }
    }

    @Test(
        "documents that are none are refused",
        arguments: [
            "1", "{}", #"{"format": "x", "version": 1, "title": "t", "created": 1, "turns": []}"#,
            #"{"format": "aiu-conversation", "version": 99, "title": "t", "created": 1, "turns": []}"#,
        ])
    func badDocuments(text: String) throws {
        try withStore { store, _ in
            let document = try JSON(parsing: text)
            #expect(throws: ConversationError.self) { try store.importing(document) }
            #expect(try store.list().isEmpty)
        }
    }
}
