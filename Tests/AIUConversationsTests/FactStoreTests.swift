import AIUConversations
import AIUSystem
import Glibc
import Testing

private func withStore(_ body: (FactStore, String) throws -> Void) throws {
    let folder = "/tmp/aiu-facts-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { try? Files.removeTree(folder) }  // Nothing depends on it.
    try body(FactStore(folder: folder), "\(folder)/facts.jsonl")
}

@Suite("Facts on the disk")
struct FactStoreTests {
    @Test("are there when they are read again, each once, as one line without commands for terminals")
    func roundTrip() throws {
        try withStore { store, _ in
            #expect(try store.facts().isEmpty)
            let first = try store.add(" the fiscal year\n starts in\u{1B}[2J April\u{202E} ", at: 5)
            #expect(first.isNew && first.fact.text == "the fiscal year starts in [2J April")
            #expect(try store.add("The fiscal YEAR starts in [2J April", at: 6).isNew == false)
            #expect(try store.add("ü \"x\"", at: 7).fact.number == 2)
            let read = try store.facts()
            #expect(read.map(\.number) == [1, 2] && read.map(\.time) == [5, 7])
            #expect(read.map(\.text) == ["the fiscal year starts in [2J April", "ü \"x\""])
        }
    }

    @Test("what was erased is nowhere in the file, and its number is not given again")
    func erase() throws {
        try withStore { store, path in
            for number in 1...3 { _ = try store.add("secret-\(number)", at: 1) }
            let error = #expect(throws: FactError.self) { try store.remove([1, 9]) }
            #expect("\(error!)".contains("no fact 9"))
            #expect(try store.facts().count == 3)
            #expect(try store.remove([3]).map(\.text) == ["secret-3"])
            #expect(!String(decoding: try Files.read(path), as: UTF8.self).contains("secret-3"))
            #expect(try store.add("new", at: 2).fact.number == 4)
            try store.clear()
            #expect(try store.facts().isEmpty)
            #expect(!String(decoding: try Files.read(path), as: UTF8.self).contains("secret"))
            #expect(try store.add("newer", at: 2).fact.number == 5)
        }
    }

    @Test("meanings belong to a model, and go with their facts")
    func meanings() throws {
        try withStore { store, _ in
            let fact = try store.add("a", at: 1).fact
            let vector = try #require(FactVector([0.6, -0.8, 0]))
            try store.learn([(fact.number, vector)], in: "one")
            #expect(try store.facts(in: "one").first?.vector == vector)
            #expect(try store.facts(in: "two").first?.vector == nil)
            #expect(abs(vector.likeness(to: [0.6, -0.8, 0]) - 1) < 0.01)
            #expect(abs(vector.likeness(to: [0.8, 0.6, 0])) < 0.01)
            #expect(vector.likeness(to: [1]) == 0)
            #expect(FactVector([0, 0]) == nil && FactVector([.nan]) == nil)
        }
    }

    @Test("are bounded in number and length", arguments: [("", "at least one word"), ("\n\u{7}", "at least one word")])
    func bounds(text: String, words: String) throws {
        try withStore { store, _ in
            let error = #expect(throws: FactError.self) { try store.add(text, at: 1) }
            #expect("\(error!)".contains(words))
            #expect(throws: FactError.self) { try store.add(String(repeating: "x", count: 1001), at: 1) }
        }
    }

    @Test("no more than there is room for")
    func full() throws {
        try withStore { store, path in
            let lines = (1...300).map { #"{"fact":{"number":\#($0),"time":1,"text":"f\#($0)"}}"# + "\n" }
            _ = try store.add("x", at: 1)
            try Files.replace(path, with: Array(lines.joined().utf8))
            #expect(try store.facts().count == FactStore.most)
            let error = #expect(throws: FactError.self) { try store.add("one more", at: 1) }
            #expect("\(error!)".contains("256 facts"))
        }
    }

    @Test("what facts mean to models makes room for facts, and is kept once")
    func meaningsMakeRoom() throws {
        try withStore { store, path in
            _ = try store.add("x", at: 1)
            let lines = (1...255).map { #"{"fact":{"number":\#($0),"time":1,"text":"f\#($0)"}}"# + "\n" }
            try Files.replace(path, with: Array(lines.joined().utf8))
            let vector = try #require(FactVector([Float](repeating: 0.5, count: FactVector.longest)))
            let all = (1...255).map { (number: $0, vector: vector) }
            try store.learn(all + [(number: 999, vector: vector)], in: "one")
            let size = try Files.read(path).count
            try store.learn(all, in: "one")
            #expect(try Files.read(path).count == size)
            for number in [1, 200] { try store.learn(Array(all.dropFirst(number)), in: "two") }
            #expect(try store.add("one more", at: 2).fact.number == 256)
            let read = try store.facts(in: "two")
            #expect(read.count == 256 && read[254].vector == vector && read[0].vector == nil)
        }
    }

    @Test("a fact too many for the file makes it forget what facts mean")
    func factMakesRoom() throws {
        try withStore { store, path in
            _ = try store.add("first", at: 1)
            let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 4 << 20 - (try Files.read(path).count) - 3)
            try Files.replace(path, with: try Files.read(path) + filler + [UInt8(ascii: "\n")])
            #expect(try store.add("second", at: 2).fact.number == 2)
            #expect(try store.facts().map(\.text) == ["first", "second"] && Files.read(path).count < 1000)
            // What somebody else made longer than is read.
            try Files.replace(path, with: filler + filler)
            let error = #expect(throws: FactError.self) { try store.add("third", at: 3) }
            #expect(error?.description.contains("aiu memory clear") == true)
            try store.clear()
            #expect(try store.add("third", at: 3).fact.number == 1)
        }
    }

    @Test("numbers end where whole numbers of JSON do", arguments: [1 << 53 - 1, 1 << 53, Int.max])
    func numbers(last: Int) throws {
        try withStore { store, path in
            _ = try store.add("x", at: 1)
            let began = #"{"began":{"version":1,"next":\#(last)}}"#
            let fact = #"{"fact":{"number":\#(last),"time":1,"text":"last"}}"#
            try Files.replace(path, with: Array("\(began)\n\(fact)\n".utf8))
            #expect(try store.facts().map(\.number) == (last < 1 << 53 ? [last] : []))
            let error = #expect(throws: FactError.self) { try store.add("one more", at: 2) }
            #expect(error?.reason == .usedUp && error?.description.contains("aiu memory clear") == true)
            try store.clear()
            #expect(try store.add("one more", at: 2).fact.number == 1)
        }
    }

    @Test("a line that was cut off, or is nonsense, takes no other with it")
    func torn() throws {
        try withStore { store, path in
            _ = try store.add("first", at: 1)
            let whole = try Files.read(path)
            for cut in stride(from: 1, to: whole.count, by: 5) {
                try Files.replace(path, with: Array(whole.dropLast(cut)) + Array("\n{}\n[1]\nx".utf8))
                _ = try store.add("second", at: 2)
                #expect(try store.facts().last?.text == "second")
            }
        }
    }
}
