import AIUTokenLink
import Testing

/// The words between supervisor and counting program.
struct LinkTests {
    @Test("a question survives being written and read", arguments: [0, 1, 65536])
    func question(length: Int) {
        var question = TokenQuestion(kind: .count, slot: 3)
        question.isLast = true
        question.limit = 77
        question.length = length
        #expect(TokenQuestion(question.encoded) == question)
    }

    @Test(
        "what no question can be is none",
        arguments: [
            [], [UInt8](repeating: 0, count: 16), [3] + [UInt8](repeating: 0, count: 15),
            [2, 4] + [UInt8](repeating: 0, count: 14), [2, 0, 4] + [UInt8](repeating: 0, count: 13),
            [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func noQuestion(bytes: [UInt8]) { #expect(TokenQuestion(bytes) == nil) }

    @Test(
        "what no answer can be is none",
        arguments: [
            [], [2] + [UInt8](repeating: 0, count: 15), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
        ] as [[UInt8]])
    func noAnswer(bytes: [UInt8]) { #expect(TokenAnswer(bytes) == nil) }
}
