import AIUModel
import AIUSystem
import AIUTokenLink
import AIUTokens
import Glibc
import Testing

/// The counting program and its client, with real vocabularies.
struct TokenCounterTests {
    static let texts = [
        "", " ", "hello", "What is the average of the price column?",
        "the word the word  the\nword\n\nthe word. The end.\n",
        "naïve café – 価格の平均はいくらですか? 12,345.67 \u{3000} x", "  indented\n    more\n\ttab\t\ttab ",
        "a\nb\nc d e\nf", String(repeating: "x", count: 1000), String(repeating: "word ", count: 300),
        String(repeating: "平均", count: 200), String(repeating: " ", count: 500), "👩‍👩‍👧‍👦 family",
    ]

    @Test("a count does not depend on the pieces in which a text comes", arguments: texts)
    func pieces(text: String) async throws {
        let counter = try TokenFixture.counter()
        try await TokenFixture.withPairs { pairs in
            for vocabulary in [TokenFixture.router, TokenFixture.writer, pairs] {
                let whole = try await counter.count(text, by: vocabulary)
                for size in [1, 2, 7, 64] {
                    let sum = try await Self.inPieces(text, of: size, counter, vocabulary)
                    #expect(sum == whole, "\(vocabulary.name), pieces of \(size)")
                }
            }
        }
    }

    private static func inPieces(
        _ text: String, of size: Int, _ counter: TokenCounter, _ vocabulary: VocabularyFile
    ) async throws -> Int {
        var waiting: [UInt8] = []
        var total = 0
        var isFirst = true
        let scalars = Array(text.unicodeScalars)
        for start in stride(from: 0, to: max(scalars.count, 1), by: size) {
            let end = min(start + size, scalars.count)
            for scalar in scalars[min(start, end)..<end] { waiting += Array(String(scalar).utf8) }
            let part = TextPart(bytes: waiting, isFirst: isFirst, isLast: end == scalars.count, limit: .max)
            let tally = try await counter.tally(part, by: vocabulary)
            total += tally.tokens
            waiting.removeFirst(tally.bytes)
            if tally.bytes > 0 { isFirst = false }
        }
        #expect(waiting.isEmpty)
        return total
    }

    /// What the library itself says of the whole text.
    @Test(
        "a count is what the vocabulary has for the whole text",
        arguments: [
            ("What is the average of the price column?", 9), ("unbelievable", 1), ("hello world", 2),
        ])
    func words(text: String, expected: Int) async throws {
        #expect(try await TokenFixture.counter().count(text, by: TokenFixture.router) == expected)
    }

    @Test("byte pairs are counted as merged")
    func pairs() async throws {
        let counter = try TokenFixture.counter()
        try await TokenFixture.withPairs { pairs in
            // "word", " the", " word", "s"
            let words = try await counter.count("word the words", by: pairs)
            #expect(words == 4)
            let parts = try await counter.count("inin", by: pairs)
            #expect(parts == 2)
        }
    }

    @Test("a token stands for 32 bytes at most")
    func longWords() async throws {
        let counter = try TokenFixture.counter()
        // One unknown word for the vocabulary.
        let word = String(repeating: "ꙮ", count: 4096)
        #expect((384...400).contains(try await counter.count(word, by: TokenFixture.router)))
        #expect(try await counter.count(String(repeating: "\n", count: 3200), by: TokenFixture.router) == 100)
    }

    @Test("a text is cut at the last token, and what is left has exactly so many", arguments: texts)
    func cuts(text: String) async throws {
        let counter = try TokenFixture.counter()
        try await TokenFixture.withPairs { pairs in
            for vocabulary in [TokenFixture.router, TokenFixture.writer, pairs] {
                let whole = try await counter.count(text, by: vocabulary)
                for limit in Set([0, 1, 2, 3, 5, 8, whole - 1, whole, whole + 1]).filter({ $0 >= 0 }).sorted() {
                    let fitted = try await counter.fit(text, within: limit, by: vocabulary)
                    #expect(fitted.isFull == (limit < whole))
                    #expect(fitted.tokens <= limit)
                    let rest = try #require(String(validating: text.utf8.prefix(fitted.bytes), as: UTF8.self))
                    let again = try await counter.count(rest, by: vocabulary)
                    #expect(again == fitted.tokens, "\(vocabulary.name) at \(limit)")
                    // Where a vocabulary has a token for the blank alone, a text is not ended with it.
                    if text.utf8.allSatisfy({ (32..<127).contains($0) }), !text.contains("  ") {
                        let slack = vocabulary == TokenFixture.router ? 0 : 1
                        #expect(fitted.tokens >= min(limit, whole) - slack, "\(vocabulary.name) at \(limit)")
                    }
                }
            }
        }
    }

    @Test(
        "a file that is none is refused, with its name",
        arguments: [
            [], Array("GGUF".utf8), [UInt8](repeating: 7, count: 5000),
            Array(BytePairModel.bytes.prefix(3000)),
        ])
    func damaged(bytes: [UInt8]) async throws {
        let counter = try TokenFixture.counter()
        try await TokenFixture.withFile(bytes) { file in
            let refusal = await #expect(throws: Failure.self) { try await counter.count("text", by: file) }
            #expect(refusal?.reason == .damaged)
            #expect(refusal?.message.contains("'made'") == true)
        }
        // Others are counted as before.
        #expect(try await counter.count("hello world", by: TokenFixture.router) == 2)
    }

    @Test("a vocabulary that ends the process is refused at once the next time, and others go on")
    func deadly() async throws {
        let counter = try TokenFixture.counter()
        #expect(try await counter.count("hello world", by: TokenFixture.router) == 2)
        try await TokenFixture.withFile(BytePairModel.deadly) { file in
            for _ in 0..<3 {
                let refusal = await #expect(throws: Failure.self) { try await counter.count("hello", by: file) }
                #expect(refusal?.reason == .damaged)
                #expect(refusal?.message.contains("'made'") == true)
            }
        }
        #expect(try await counter.count("hello world", by: TokenFixture.router) == 2)
    }

    @Test("a process that was killed is replaced")
    func killed() async throws {
        let counter = try TokenFixture.counter()
        for _ in 0..<3 {
            #expect(try await counter.count("hello world", by: TokenFixture.router) == 2)
            await counter.endProcess()
        }
    }

    @Test("a program that never answers is ended, and its file left alone for a while")
    func silent() async throws {
        var settings = TokenCounter.Settings()
        settings.opening = .milliseconds(50)
        let counter = try TokenCounter(program: "/bin/cat", settings: settings)
        for _ in 0..<2 {
            let refusal = await #expect(throws: Failure.self) {
                try await counter.count("hello", by: TokenFixture.router)
            }
            #expect(refusal?.reason == .damaged)
        }
        let missing = try TokenCounter(program: "/nowhere/aiu-tokens")
        let refusal = await #expect(throws: Failure.self) { try await missing.count("hello", by: TokenFixture.router) }
        #expect(refusal?.reason == .unavailable)
    }

    @Test("more vocabularies than one process holds take turns")
    func many() async throws {
        let counter = try TokenFixture.counter()
        let copies = (0..<7).map { VocabularyFile(name: "n\($0)", digest: "d\($0)", path: TokenFixture.writer.path) }
        for _ in 0..<2 {
            for copy in copies { #expect(try await counter.count("hello", by: copy) > 0) }
        }
    }
}
