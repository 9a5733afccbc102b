package import AIUWire

/// What the process with the models says. Floats follow the message as they are in memory.
package enum InferenceReply: Codable, Equatable, Sendable {
    case models([GuestModel])
    /// Followed by the scores, head by head.
    case scores(ScoresHeader)
    /// Followed by `count` vectors of `size` floats.
    case embeddings(count: Int, size: Int)
    /// The next piece of a text that is being generated.
    case piece(String)
    /// The end of a text.
    case generated(GenerationReport)
    case counted(Int)
    case done
    case failed(InferenceFailure)
}

/// What the scores that follow are.
package struct ScoresHeader: Codable, Equatable, Sendable {
    package struct Head: Codable, Equatable, Sendable {
        package var name: String
        package var labels: [String]
        package var rows: Int

        package init(name: String, labels: [String], rows: Int) {
            self.name = name
            self.labels = labels
            self.rows = rows
        }
    }

    package var toolsDigest: String
    package var kept: [Int]
    package var steps: Int
    package var wordSteps: Int
    package var tokens: Int
    package var heads: [Head]

    package init(toolsDigest: String, kept: [Int], steps: Int, wordSteps: Int, tokens: Int, heads: [Head]) {
        self.toolsDigest = toolsDigest
        self.kept = kept
        self.steps = steps
        self.wordSteps = wordSteps
        self.tokens = tokens
        self.heads = heads
    }
}

/// How a generation went.
package struct GenerationReport: Codable, Equatable, Sendable {
    package enum End: String, Codable, Sendable {
        /// The model had said everything, or the grammar allowed no more.
        case complete
        case stop, maxTokens, cancelled
    }

    package var end: End
    package var model: String
    package var promptTokens: Int
    /// Those of the prompt that had been kept from the turn before.
    package var reusedTokens: Int
    package var tokens: Int
    /// How often the oldest half of the conversation was left out to make room.
    package var shifts: Int
    package var promptMilliseconds: Double
    package var milliseconds: Double

    package init(
        end: End, model: String, promptTokens: Int, reusedTokens: Int, tokens: Int, shifts: Int,
        promptMilliseconds: Double, milliseconds: Double
    ) {
        self.end = end
        self.model = model
        self.promptTokens = promptTokens
        self.reusedTokens = reusedTokens
        self.tokens = tokens
        self.shifts = shifts
        self.promptMilliseconds = promptMilliseconds
        self.milliseconds = milliseconds
    }
}
