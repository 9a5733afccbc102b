internal import AIUWire

/// One prompt and its answer, as they are kept.
package struct ConversationTurn: Codable, Equatable, Sendable {
    package static let longestAnswer = 256 * 1024

    /// Milliseconds since 1970.
    package var time: Int64
    package var prompt: String
    package var answer: String
    package var tools: [String]
    /// Files that the prompt named or that were made: what a later prompt of the conversation may mean.
    package var files: [String]

    package init(time: Int64, prompt: String, answer: String, tools: [String], files: [String]) {
        self.time = time
        self.prompt = prompt
        self.answer = answer
        self.tools = tools
        self.files = files
    }

    func shown(_ number: Int) -> ConversationRecord.Turn {
        ConversationRecord.Turn(number: number, time: time, prompt: prompt, answer: answer, tools: tools)
    }
}
