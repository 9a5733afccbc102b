package import AIUWire

/// A conversation as it was read from its file.
package struct Conversation: Equatable, Sendable {
    package let id: String
    package let created: Int64
    package internal(set) var title: String
    package internal(set) var turns: [ConversationTurn]
    /// What the oldest turns come to, once a model had no room for them.
    package internal(set) var digest: ConversationDigest?

    package var updated: Int64 { turns.last?.time ?? created }

    package var summary: ConversationSummary {
        ConversationSummary(id: id, title: title, created: created, updated: updated, turns: turns.count)
    }

    /// With as many of the newest turns as fit so many bytes.
    package func record(within limit: Int) -> ConversationRecord {
        var room = limit
        var shown: [ConversationRecord.Turn] = []
        for (index, turn) in turns.enumerated().reversed() {
            // JSON may need up to six bytes for one; what is shown is mostly plain text.
            room -= 2 * (turn.prompt.utf8.count + turn.answer.utf8.count) + 256
            guard room > 0 || shown.isEmpty else { break }
            shown.append(turn.shown(index + 1))
        }
        return ConversationRecord(summary: summary, turns: shown.reversed())
    }

    /// The files that later prompts may mean, the newest first.
    package var files: [String] {
        var seen: Set<String> = []
        return turns.reversed().flatMap(\.files).filter { seen.insert($0).inserted }
    }
}
