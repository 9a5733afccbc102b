import AIUJSON
import AIURouter
import Testing

@Suite("Steps that are there twice")
struct RepetitionTests {
    private static func call(_ tool: String, _ text: String) -> PlannedCall {
        PlannedCall(tool: tool, arguments: ["text": .string(text)], confidence: 1)
    }

    @Test(
        "go at the end of a plan, and only when they are the same",
        arguments: [
            ([call("csv", "a"), call("csv", "a")], 1), ([call("csv", "a"), call("csv", "a"), call("csv", "a")], 1),
            ([call("csv", "a"), call("csv", "b")], 2), ([call("csv", "a"), call("json", "a")], 2),
            ([call("csv", "a"), call("csv", "a"), call("json", "⟦2⟧")], 3), ([call("csv", "a")], 1), ([], 0),
        ])
    func repetition(calls: [PlannedCall], left: Int) {
        #expect(Plan(calls: calls, confidence: 1).withoutRepetition.calls == Array(calls.prefix(left)))
    }
}
