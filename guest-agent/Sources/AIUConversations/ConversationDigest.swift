/// What the oldest turns of a conversation come to, so that a model need not read them again.
package struct ConversationDigest: Codable, Equatable, Sendable {
    package static let longest = 16 * 1024

    /// So many turns from the first one on are in it.
    package var turns: Int
    package var text: String

    package init(turns: Int, text: String) {
        self.turns = turns
        self.text = text
    }
}
