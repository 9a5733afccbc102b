package import AIUConversations
internal import AIURouter

/// Fits what was said before into a model's context: the newest turns as they are, the oldest as a digest.
package struct ContextBudget {
    /// What a turn needs for the marks of the model's form.
    private static let marks = 16
    /// Below this there is no room for a conversation.
    private static let least = 32
    /// Bytes of turns that go into one digest; what is before is not read again.
    private static let mostDigested = 48 * 1024

    /// Tokens for what was said before.
    private let room: Int
    private let count: (String) -> Int

    package init(room: Int, count: @escaping (String) -> Int) {
        self.room = room
        self.count = count
    }

    /// What goes into the prompt.
    package struct Fitted: Equatable {
        package var digest: ConversationDigest?
        package var turns: [ConversationTurn] = []
        /// Turns that are in neither.
        package var left = 0
        /// The digest was made for this prompt.
        package var isNew = false

        package init(
            digest: ConversationDigest? = nil, turns: [ConversationTurn] = [], left: Int = 0, isNew: Bool = false
        ) {
            self.digest = digest
            self.turns = turns
            self.left = left
            self.isNew = isNew
        }
    }

    package func fit(_ context: PromptContext) -> Fitted {
        guard room >= Self.least, !context.turns.isEmpty else { return Fitted(left: context.turns.count) }
        let digest = context.digest.flatMap { (1...context.turns.count).contains($0.turns) ? $0 : nil }
        let open = context.turns.dropFirst(digest?.turns ?? 0).map(clipped)
        let taken = digest.map { cost($0.text) } ?? 0
        if newest(of: open, in: room - taken) == open.count {
            return Fitted(digest: digest, turns: open)
        }
        // Half of the room stays free, so that the next prompts need no new digest.
        let kept = max(1, newest(of: open, in: room / 2))
        let old = open.dropLast(kept)
        let covered = context.turns.count - kept
        guard !old.isEmpty, let text = context.shorten(Self.text(digest, old)) else {
            let fitting = newest(of: open, in: room - taken)
            return Fitted(digest: digest, turns: open.suffix(fitting), left: open.count - fitting)
        }
        let short = AnswerLimit.cut(text, to: min(room / 4, ConversationDigest.longest / 4)).text
        let made = ConversationDigest(turns: covered, text: short)
        context.keep(made)
        let fitting = newest(of: open.suffix(kept), in: room - cost(short))
        return Fitted(digest: made, turns: open.suffix(fitting), left: kept - fitting, isNew: true)
    }

    /// How many turns from the end have room.
    private func newest(of turns: some BidirectionalCollection<ConversationTurn>, in room: Int) -> Int {
        var left = room
        var fitting = 0
        for turn in turns.reversed() {
            left -= cost(turn.prompt) + cost(turn.answer)
            guard left >= 0 else { break }
            fitting += 1
        }
        return fitting
    }

    private func cost(_ text: String) -> Int { count(text) + Self.marks }

    /// No turn takes more than a third of the room: a table is not read again as a whole.
    private func clipped(_ turn: ConversationTurn) -> ConversationTurn {
        var turn = turn
        turn.prompt = AnswerLimit.cut(turn.prompt, to: room / 6).text
        turn.answer = AnswerLimit.cut(turn.answer, to: room / 6).text
        return turn
    }

    /// The newest of the old ones, within the limit, after the digest of those before.
    private static func text(_ digest: ConversationDigest?, _ turns: some BidirectionalCollection<ConversationTurn>)
        -> String
    {
        var parts: [String] = []
        var left = mostDigested
        for turn in turns.reversed() {
            let part = "\(sentence(turn.prompt)) \(sentence(turn.answer))"
            left -= part.utf8.count
            guard left > 0 else { break }
            parts.append(part)
        }
        return ((digest.map { [$0.text] } ?? []) + parts.reversed()).joined(separator: "\n\n")
    }

    /// With an end, so that it is not taken for the beginning of the next one.
    private static func sentence(_ text: String) -> String {
        let trimmed = text.trimmed(\.isWhitespace)
        return trimmed.last.map { ".!?…:".contains($0) } ?? true ? trimmed : "\(trimmed)."
    }
}
