package import AIUJSON

/// The whole answer to a prompt.
package struct PromptAnswer: Codable, Equatable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        /// A tool's result answers the prompt.
        case answered
        /// No tool fits, and no model that could answer freely is there.
        case nothingFits
        /// A tool failed, was refused or is not in this flavour; `text` says so.
        case failed
    }

    package var outcome: Outcome
    package var text: String
    /// The language of `text`, ISO 639-1.
    package var language: String
    package var model: String
    package var conversation: String?
    package var calls: [ToolCallReport]
    /// Absolute paths in the guest of what the tools made.
    package var files: [String]
    package var promptTokens: Int
    package var answerTokens: Int
    package var milliseconds: Double
    /// Text was cut: at the configured `response_max`, or where the host let no more through.
    package var truncated: Bool
    /// Facts from the VM's memory that the answer is, or is about.
    package var facts: [MemoryFact]?
    /// Why the host let no more through, as a sentence for the person. Only the host says so.
    package var stopped: String?
    /// It was because a budget is used up.
    package var exhausted: Bool?

    package init(
        outcome: Outcome, text: String, language: String, model: String, conversation: String?,
        calls: [ToolCallReport], files: [String], promptTokens: Int, answerTokens: Int, milliseconds: Double,
        truncated: Bool, facts: [MemoryFact]? = nil, stopped: String? = nil, exhausted: Bool? = nil
    ) {
        self.outcome = outcome
        self.text = text
        self.language = language
        self.model = model
        self.conversation = conversation
        self.calls = calls
        self.files = files
        self.promptTokens = promptTokens
        self.answerTokens = answerTokens
        self.milliseconds = milliseconds
        self.truncated = truncated
        self.facts = facts
        self.stopped = stopped
        self.exhausted = exhausted
    }
}

/// One call of a tool, with what came of it.
package struct ToolCallReport: Codable, Equatable, Sendable {
    package enum Status: String, Codable, Sendable {
        case succeeded, failed, refused, timedOut
        /// The image of this VM lacks the tool's engine.
        case unavailable
    }

    package var tool: String
    package var arguments: JSON
    package var status: Status
    /// The result in words, or what went wrong as one sentence.
    package var text: String
    /// The result for programs.
    package var value: JSON?
    package var files: [String]
    package var milliseconds: Double
    /// Why the host let no more of `text` through. Only the host says so.
    package var stopped: String?
    /// It was because a budget is used up.
    package var exhausted: Bool?

    package init(
        tool: String, arguments: JSON, status: Status, text: String, value: JSON? = nil, files: [String] = [],
        milliseconds: Double, stopped: String? = nil, exhausted: Bool? = nil
    ) {
        self.tool = tool
        self.arguments = arguments
        self.status = status
        self.text = text
        self.value = value
        self.files = files
        self.milliseconds = milliseconds
        self.stopped = stopped
        self.exhausted = exhausted
    }
}
