package import AIUConversations

/// What a model is told besides the prompt: facts, and what was said before.
package struct PromptContext {
    package var facts: [Fact] = []
    /// What the oldest turns come to, if that is known already.
    package var digest: ConversationDigest?
    package var turns: [ConversationTurn] = []
    /// Makes a text shorter; nil when that cannot be done.
    package var shorten: (String) -> String? = { _ in nil }
    /// Keeps a digest for later prompts.
    package var keep: (ConversationDigest) -> Void = { _ in }

    package init() {}
}
