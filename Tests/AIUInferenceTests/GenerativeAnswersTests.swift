import AIUAssistant
import AIUConversations
import AIUInferenceLink
import AIUSystem
import AIUWire
import Testing

/// Answers by a model whose weights are random, in the process that runs models: what it says is nonsense, what it is told
/// must fit its 128 tokens.
struct GenerativeAnswersTests {
    private func with(_ body: (GenerativeAnswers) throws -> Void) throws {
        let program = try InferenceProgram(["--variant=x64", Fixture.folder])
        let known = try InferenceClient(path: program.path).models()
        try body(
            GenerativeAnswers(
                inferenceDoor: program.path, free: "tiny-writer", results: nil, conversation: "c", known: known))
    }

    private func turn(_ number: Int) -> ConversationTurn {
        ConversationTurn(time: Int64(number), prompt: "a", answer: "b", tools: [], files: [])
    }

    @Test func `a conversation that outgrows the model is told as a digest and its newest turns`() throws {
        try with { answers in
            var task = AnswerTask(prompt: "c", language: "en", mostTokens: 4)
            task.context.turns = (1...30).map(turn)
            var kept: [ConversationDigest] = []
            task.context.shorten = { _ in "d" }
            task.context.keep = { kept.append($0) }
            var pieces = ""
            let report = try #require(try answers.answer(task) { pieces += $0 })
            #expect(report.text == pieces && report.tokens <= 4)
            let note = try #require(report.note)
            #expect(note.contains("a summary of") && note.contains("just made"), "\(note)")
            task.context.digest = kept.first
            _ = try answers.answer(task) { _ in }
            #expect(kept.count == 1)
        }
    }

    @Test func `what has no room at all is left out, and the prompt is answered`() throws {
        try with { answers in
            var task = AnswerTask(prompt: "add", language: "en", mostTokens: 100)
            task.context.turns = [turn(1)]
            task.context.turns[0].answer = String(repeating: "long ", count: 5000)
            let report = try #require(try answers.answer(task) { _ in })
            #expect(report.note?.contains("left out") == true || report.note?.contains("no room") == true)
        }
    }
}
