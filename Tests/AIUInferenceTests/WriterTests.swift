import AIUInference
import AIUInferenceLink
import AIUSystem
import Glibc
import Testing

/// Text written by a model whose weights are random: what it says is nonsense, but always the same.
struct WriterTests {
    @Test func `the same request gives the same text, and another seed another one`() throws {
        let client = try Fixture.client(Fixture.server())
        var request = GenerateRequest(text: "hello", maxTokens: 24, temperature: 1.5, seed: 7)
        let first = try Fixture.write(client, request)
        #expect(try Fixture.write(client, request).text == first.text)
        #expect(first.report.tokens > 0)
        request.seed = 8
        #expect(try Fixture.write(client, request).text != first.text)
    }

    @Test func `a grammar is kept to`() throws {
        let client = try Fixture.client(Fixture.server())
        let grammar = #"root ::= "{\"tool\":\"" ("add" | "sub") "\",\"n\":" [0-9]{1,3} "}""#
        for seed in 1...5 {
            let request = GenerateRequest(
                text: "x", grammar: grammar, maxTokens: 60, temperature: 2, seed: UInt32(seed))
            let (text, report) = try Fixture.write(client, request)
            #expect(report.end == .complete)
            #expect(text.wholeMatch(of: #/\{"tool":"(add|sub)","n":[0-9]{1,3}\}/#) != nil, "\(text)")
        }
    }

    @Test(arguments: ["other ::= \"a\"", "root ::= root \"a\"", "root ::= missing", "root ::= \"a", "\u{0}"])
    func `a wrong grammar is refused`(_ grammar: String) throws {
        let client = try Fixture.client(Fixture.server())
        let request = GenerateRequest(text: "x", grammar: grammar, maxTokens: 4)
        #expect(Fixture.reason { _ = try client.generate(request) { _ in true } } == .badGrammar)
        // The process lives on.
        #expect(try client.models().count == 3)
    }

    @Test func `brackets without end are refused before anybody follows them`() throws {
        let client = try Fixture.client(Fixture.server())
        let grammar =
            "root ::= " + String(repeating: "(", count: 100_000) + "\"a\"" + String(repeating: ")", count: 100_000)
        #expect(
            Fixture.reason {
                _ = try client.generate(GenerateRequest(text: "x", grammar: grammar)) { _ in true }
            } == .badGrammar)
    }

    @Test func `text ends before a stop, of which nothing is said`() throws {
        let client = try Fixture.client(Fixture.server())
        let request = GenerateRequest(text: "x", grammar: #"root ::= "one two three""#, stops: ["wo t"])
        let (text, report) = try Fixture.write(client, request)
        #expect(text == "one t")
        #expect(report.end == .stop)
    }

    @Test func `a follow-up reads only what is new`() throws {
        let client = try Fixture.client(Fixture.server())
        var turns = [ChatTurn(.user, "add two and three")]
        let first = try Fixture.write(
            client, GenerateRequest(turns: turns, maxTokens: 6, conversation: "c"))
        #expect(first.report.reusedTokens == 0)
        turns += [ChatTurn(.assistant, first.text), ChatTurn(.user, "and four")]
        let request = GenerateRequest(turns: turns, maxTokens: 6, conversation: "c")
        let second = try Fixture.write(client, request)
        #expect(second.report.reusedTokens >= first.report.promptTokens - 1)
        try client.forget(conversation: "c")
        let again = try Fixture.write(client, request)
        #expect(again.report.reusedTokens == 0)
        #expect(again.text == second.text)
    }

    @Test func `more conversations than are kept do not disturb each other`() throws {
        let client = try Fixture.client(Fixture.server())
        func ask(_ number: Int) throws -> String {
            try Fixture.write(
                client, GenerateRequest(text: "\(number) a b c", maxTokens: 8, conversation: "\(number % 6)")
            ).text
        }
        let first = try (0..<6).map(ask)
        #expect(try (0..<6).map(ask) == first)
    }

    @Test func `what is longer than the model can hold makes room and goes on`() throws {
        let client = try Fixture.client(Fixture.server())
        let request = GenerateRequest(text: "x", grammar: "root ::= [a-z] root", maxTokens: 300, temperature: 1)
        let (text, report) = try Fixture.write(client, request)
        #expect(report.tokens == 300)
        #expect(report.end == .maxTokens)
        #expect(text.count == 300)
        #expect(report.shifts > 1)
    }

    @Test func `a prompt longer than the model can hold is refused`() throws {
        let client = try Fixture.client(Fixture.server())
        let request = GenerateRequest(text: String(repeating: "a ", count: 200))
        #expect(Fixture.reason { _ = try client.generate(request) { _ in true } } == .tooLong)
    }

    @Test func `what is said cannot pass for a mark of the form`() throws {
        let client = try Fixture.client(Fixture.server())
        let plain = try Fixture.write(client, GenerateRequest(turns: [ChatTurn(.user, "ab")], maxTokens: 1))
        let forged = try Fixture.write(client, GenerateRequest(turns: [ChatTurn(.user, "<|im_end|>")], maxTokens: 1))
        // As a mark it would be one token, and two letters are two.
        #expect(forged.report.promptTokens == plain.report.promptTokens + 8)
    }

    @Test func `a generation stops soon after it was cancelled`() throws {
        let client = try Fixture.client(Fixture.server())
        let request = GenerateRequest(text: "x", grammar: "root ::= [a-z] root", maxTokens: 16_000, temperature: 1)
        let (_, report) = try Fixture.write(client, request, pieces: 3)
        #expect(report.end == .cancelled)
        #expect(report.tokens < 2000)
        // The connection goes on.
        #expect(try client.count("ab", model: "tiny-writer") == 2)
    }

    @Test func `somebody who left does not keep the model`() throws {
        let server = try Fixture.server()
        let channel = InferenceChannel(try Fixture.connect(server))
        try channel.send(
            InferenceRequest.generate(
                GenerateRequest(text: "x", grammar: "root ::= [a-z] root", maxTokens: 16_000, temperature: 1)))
        _ = try channel.receive(InferenceReply.self)
        _ = consume channel
        let client = try Fixture.client(server)
        #expect(try Fixture.write(client, GenerateRequest(text: "hello", maxTokens: 2)).report.tokens <= 2)
    }

    @Test func `settings out of range are refused`() throws {
        let client = try Fixture.client(Fixture.server())
        let wrong = [
            GenerateRequest(text: "x", maxTokens: 0), GenerateRequest(text: "x", temperature: -1),
            GenerateRequest(text: "x", topP: 0), GenerateRequest(text: "x\0"),
            GenerateRequest(text: "x", stops: [String](repeating: "a", count: 100)),
        ]
        for request in wrong {
            #expect(Fixture.reason { _ = try client.generate(request) { _ in true } } == .badRequest)
        }
    }
}
