package import AIUJSON

/// What the assistant says while it works and at its end: one frame `event` each.
package enum AssistEvent: Codable, Equatable, Sendable {
    /// A stage of the router has ended.
    case stage(StageReport)
    /// A sensitive tool waits for the person's word: the frame `reply`, or the time-out, which means no.
    case confirm(ConfirmationRequest)
    /// The next piece of the answer.
    case text(String)
    /// The last word about a prompt.
    case answer(PromptAnswer)
    /// The last word about one tool.
    case toolAnswer(ToolCallReport)
    case tools([ToolDescription])
    case models([GuestModel])
    /// Some of a list; the last of them is followed by `done`.
    case conversations([ConversationSummary])
    case conversation(ConversationRecord)
    /// Some of what is remembered; the last of them is followed by `done`.
    case facts([MemoryFact])
    /// A part of an exported conversation; the last is followed by `done`.
    case document(JSON)
    /// It was done, and there is nothing more to show.
    case done

    /// A word for logs and for streams that name their events.
    package var name: String {
        switch self {
        case .stage: "stage"
        case .confirm: "confirm"
        case .text: "text"
        case .answer: "answer"
        case .toolAnswer: "toolAnswer"
        case .tools: "tools"
        case .models: "models"
        case .conversations: "conversations"
        case .conversation: "conversation"
        case .facts: "facts"
        case .document: "document"
        case .done: "done"
        }
    }

    /// Nothing follows it.
    package var isLast: Bool {
        switch self {
        case .stage, .confirm, .text, .conversations, .facts, .document: false
        case .answer, .toolAnswer, .tools, .models, .conversation, .done: true
        }
    }
}

/// What the person says to the assistant while it works: the frame `reply`.
package enum AssistReply: Codable, Equatable, Sendable {
    case confirmed(number: Int, yes: Bool)
}

/// One of the nine stages by which a prompt is answered.
package struct StageReport: Codable, Equatable, Sendable {
    package enum Stage: String, Codable, Sendable, CaseIterable {
        case refresh, analyse, resources, tools, tokens, network, plan, execute, synthesise
    }

    package var stage: Stage
    package var milliseconds: Double
    /// One sentence for people.
    package var summary: String
    /// What was decided, for programs.
    package var detail: JSON?

    package init(stage: Stage, milliseconds: Double, summary: String, detail: JSON? = nil) {
        self.stage = stage
        self.milliseconds = milliseconds
        self.summary = summary
        self.detail = detail
    }
}

/// A question that only the person can answer.
package struct ConfirmationRequest: Codable, Equatable, Sendable {
    package var number: Int
    package var tool: String
    package var arguments: JSON
    /// What will happen, as one sentence.
    package var question: String
    package var timeoutMilliseconds: Int

    package init(number: Int, tool: String, arguments: JSON, question: String, timeoutMilliseconds: Int) {
        self.number = number
        self.tool = tool
        self.arguments = arguments
        self.question = question
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
