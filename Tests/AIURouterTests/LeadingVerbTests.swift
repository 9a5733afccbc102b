import AIUJSON
import AIURouter
import Testing

@Suite("The word that says what to do with two numbers")
struct LeadingVerbTests {
    @Test(
        "is given back to a computation that lacks it, and to no other",
        arguments: [
            ("multiply 6 by 7", "6 by 7", "multiply 6 by 7"),
            ("please divide 110.5 by 12", "110.5 by 12", "divide 110.5 by 12"),
            ("the sum of 18 and 14?", "18 and 14", "sum of 18 and 14"),
            ("Teile 9 durch 3", "9 durch 3", "Teile 9 durch 3"),
            ("6 by 7", "6 by 7", "6 by 7"), ("what is 6 times 7", "6 times 7", "6 times 7"),
            ("what's 17.5% of 248?", "17.5% of 248", "17.5% of 248"), ("so, 3 and 4", "3 and 4", "3 and 4"),
        ])
    func restored(prompt: String, copied: String, expected: String) throws {
        let words = PromptWords(prompt)
        let place = try #require(prompt.ranges(of: copied).first)
        let start = prompt.unicodeScalars.distance(from: prompt.unicodeScalars.startIndex, to: place.lowerBound)
        let span = PlannedCall.Span(argument: "expression", start: start, end: start + copied.unicodeScalars.count)
        let call = PlannedCall(
            tool: "calculator", arguments: ["expression": .string(copied)], spans: [span], confidence: 1)
        let plan = LeadingVerb.restored(Plan(calls: [call], confidence: 1), words)
        #expect(plan.calls.first?.arguments == ["expression": .string(expected)])
    }
}
