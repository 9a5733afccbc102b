import AIUInferenceLink
import AIUJSON
import AIURouter
import Testing

/// The decoder agrees with the one in Python with which the model is measured.
struct PlanDecoderTests {
    @Test("plans are those that the reference reads off the same scores")
    func agreement() throws {
        let file = try PlanFixtures.vectors("plans.json")
        let schema = try PlanSchema(toolsFile: PlanFixtures.json("model/tools.json"))
        let decoder = PlanDecoder(schema)
        let every = Set((file["labels"]?["tool"]?.arrayValue ?? []).compactMap(\.stringValue))
        let vectors = try #require(file["vectors"]?.arrayValue)
        #expect(vectors.count >= 200)
        for vector in vectors {
            let prompt = try #require(vector["prompt"]?.stringValue)
            let files = (vector["files"]?.arrayValue ?? []).compactMap(\.stringValue)
            let enabled = (vector["enabled"]?.arrayValue).map { Set($0.compactMap(\.stringValue)) } ?? every
            let scores = try PlanFixtures.scores(vector, of: file)
            let plan = try decoder.plan(scores, PromptWords(prompt), files: files, enabled: enabled)
            let calls = JSON.array(
                plan.calls.map { .object([.init("tool", .string($0.tool)), .init("arguments", $0.arguments)]) })
            #expect(calls == vector["plan"], "\(prompt)")
            let sure = try #require(vector["confidence"]?.numberValue)
            #expect(abs(plan.confidence - sure) < 1e-3, "\(prompt)")
            for call in plan.calls {
                #expect(enabled.contains(call.tool))
                #expect(call.spans.allSatisfy { $0.start < $0.end && $0.end <= prompt.unicodeScalars.count })
            }
        }
    }

    @Test("a better tool that is not enabled is named")
    func missingTool() throws {
        let file = try PlanFixtures.vectors("plans.json")
        let schema = try PlanSchema(toolsFile: PlanFixtures.json("model/tools.json"))
        let vectors = try #require(file["vectors"]?.arrayValue)
        let vector = try #require(
            vectors.first {
                $0["enabled"]?.isNull == true && $0["plan"]?.arrayValue?.count == 1
                    && $0["plan"]?[0]?["tool"]?.stringValue == "csv"
            })
        let prompt = try #require(vector["prompt"]?.stringValue)
        let plan = try PlanDecoder(schema).plan(
            PlanFixtures.scores(vector, of: file), PromptWords(prompt), enabled: [])
        #expect(plan.calls.isEmpty)
        #expect(plan.missing == ["csv"])
    }

    /// Scores that a wrong or hostile model could give.
    @Test(
        "scores that do not fit are refused",
        arguments: [
            // No heads at all.
            RouterScores(toolsDigest: "", kept: [], steps: 1, wordSteps: 0, tokens: 2, heads: [:]),
            // A word that the prompt does not have.
            RouterScores(toolsDigest: "", kept: [7], steps: 1, wordSteps: 1, tokens: 3, heads: [:]),
            // Fewer rows than steps.
            RouterScores(
                toolsDigest: "", kept: [0], steps: 1, wordSteps: 1, tokens: 3,
                heads: ["tool": .init(name: "tool", labels: ["", "shell"], rows: 0, values: [])]),
            // A tool without the heads of its arguments.
            RouterScores(
                toolsDigest: "", kept: [0], steps: 1, wordSteps: 1, tokens: 3,
                heads: ["tool": .init(name: "tool", labels: ["", "shell"], rows: 1, values: [0, 1])]),
        ])
    func refusal(scores: RouterScores) throws {
        let schema = try PlanSchema(toolsFile: PlanFixtures.json("model/tools.json"))
        #expect(throws: PlanError.self) {
            try PlanDecoder(schema).plan(scores, PromptWords("hello"), enabled: ["shell"])
        }
    }
}
