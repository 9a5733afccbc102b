package import AIUJSON

/// A conversation outside of its VM: one JSON document, or several of which each continues the one before.
package struct ExportedConversation: Codable, Equatable, Sendable {
    package static let format = "aiu-conversation"

    package var format = Self.format
    package var version = ConversationLine.version
    package var title: String
    package var created: Int64
    package var turns: [ConversationTurn]
    /// The conversation to which these turns are added.
    package var continues: String?

    init(_ document: JSON, _ attempt: String) throws(ConversationError) {
        do throws(JSONError) {
            self = try JSONText.decode(ExportedConversation.self, from: document)
        } catch {
            throw ConversationError(attempt, .badDocument("\(error)"))
        }
        guard format == Self.format else {
            throw ConversationError(attempt, .badDocument("its format is '\(format.prefix(32))'"))
        }
        guard version <= ConversationLine.version else {
            throw ConversationError(attempt, .badDocument("it was written by a newer version"))
        }
    }

    private init(_ conversation: Conversation, _ turns: [ConversationTurn]) {
        title = conversation.title
        created = conversation.created
        self.turns = turns
    }

    /// The conversation in documents of at most about so many bytes, whose turns belong together.
    package static func parts(of conversation: Conversation, within limit: Int) -> [ExportedConversation] {
        var parts: [ExportedConversation] = []
        var turns: [ConversationTurn] = []
        var size = 0
        for turn in conversation.turns {
            let length = 2 * (turn.prompt.utf8.count + turn.answer.utf8.count) + 512
            if size + length > limit, !turns.isEmpty {
                parts.append(ExportedConversation(conversation, turns))
                (turns, size) = ([], 0)
            }
            turns.append(turn)
            size += length
        }
        return parts + [ExportedConversation(conversation, turns)]
    }

    package func json() throws(ConversationError) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: try JSONText.encode(self))
        } catch {
            throw ConversationError("export the conversation", .system("\(error)"))
        }
    }
}
