import AIUInference
import AIUInferenceLink
import Testing

/// What encoders and the heads behind them say, against the same arithmetic in Python.
struct EncoderTests {
    private static let prompt = [
        RouterWord("add"), RouterWord("a"), RouterWord(".", inner: true), RouterWord("csv"), RouterWord("price"),
    ]
    private static let files = [[RouterWord("b"), RouterWord("."), RouterWord("csv")].map { $0 }]

    @Test func `a vector is what the weights make of the text, with length one`() throws {
        let client = try Fixture.client(Fixture.server())
        let vectors = try client.embed(["add two and three", "the price of a file"], model: "tiny-embedding")
        try #require(vectors.count == 2)
        #expect(distance(vectors[0], try Fixture.expected().vector) < 0.02)
        for vector in vectors { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4) }
    }

    @Test func `the model for vectors is found by its role`() throws {
        let client = try Fixture.client(Fixture.server())
        #expect(try client.embed(["add"]) == client.embed(["add"], model: "tiny-embedding"))
    }

    @Test func `a text longer than the model can read is cut`() throws {
        let client = try Fixture.client(Fixture.server())
        let long = [String](repeating: "add two", count: 5000).joined(separator: " ")
        #expect(try client.embed([long], model: "tiny-embedding")[0].count == 32)
    }

    @Test func `scores are what the weights make of the prompt`() throws {
        let expected = try Fixture.expected()
        let scores = try Fixture.client(Fixture.server()).route(
            words: Self.prompt, files: [[RouterWord("b"), RouterWord(".")]])
        #expect(scores.kept == [0, 1, 2, 3, 4])
        #expect(scores.toolsDigest == "digest")
        #expect(scores.tokens == 10)
        #expect(scores.wordSteps == expected.wordSteps)
        for (name, rows) in expected.scores {
            let head = try #require(scores.heads[name])
            try #require(head.rows == rows.count)
            for (number, row) in rows.enumerated() { #expect(distance(Array(head.row(number)), row) < 0.1) }
        }
        #expect(scores.word("argument", 1, place: 2) == scores.heads["argument"]?.row(7))
        #expect(scores.word("argument", 1, place: 9).isEmpty)
    }

    @Test func `without tools there are no steps to look at words for`() throws {
        let request = RouteRequest(words: Self.prompt, withoutTools: ["one", "two"])
        let scores = try Fixture.client(Fixture.server()).route(request)
        #expect(scores.wordSteps == 0)
        #expect(scores.heads["argument"]?.rows == 0)
        #expect(scores.step("tool", 0).count == 3)
    }

    @Test func `of a long prompt both ends are read`() throws {
        // Room for 14 tokens: 7 at the beginning and 7 at the end.
        let words = (0..<40).map { _ in RouterWord("add") }
        let scores = try Fixture.client(Fixture.server()).route(words: words)
        #expect(scores.kept == Array(0..<7) + Array(33..<40))
    }

    @Test func `an unknown word is one token, and a word of many pieces is cut`() throws {
        let client = try Fixture.client(Fixture.server())
        let scores = try client.route(words: [RouterWord("qqq"), RouterWord("fileserserser"), RouterWord("\u{301}")])
        #expect(scores.kept == [0, 1, 2])
        #expect(scores.tokens == 2 + 1 + 2 + 1)
    }

    @Test func `a model does only what it can`() throws {
        let client = try Fixture.client(Fixture.server())
        #expect(Fixture.reason { _ = try client.embed(["a"], model: "tiny-writer") } == .unfit)
        #expect(
            Fixture.reason { _ = try client.route(RouteRequest(model: "tiny-embedding", words: [])) } == .badModel)
        let request = GenerateRequest(model: "tiny-router", text: "a")
        #expect(Fixture.reason { _ = try client.generate(request) { _ in true } } == .unfit)
        #expect(Fixture.reason { _ = try client.embed(["a"], model: "nobody") } == .noSuchModel)
    }

    private func distance(_ left: [Float], _ right: [Float]) -> Float {
        guard left.count == right.count else { return .infinity }
        return zip(left, right).map { abs($0 - $1) }.max() ?? 0
    }
}
