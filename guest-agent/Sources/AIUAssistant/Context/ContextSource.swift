internal import AIUConversations
internal import AIUJSON
internal import AIURouter
internal import AIUWire

/// Collects what a model is told besides a prompt.
struct ContextSource {
    private static let mostFacts = 4
    private static let sentences: Int64 = 10

    let parts: AssistantParts
    let policy: GuestPolicy

    func context(of prompt: String, in conversation: Conversation?) throws(AssistantError) -> PromptContext {
        var context = PromptContext()
        context.facts = try parts.memory.recall(prompt).filter { $0.likeness >= FactRecall.helping }
            .prefix(Self.mostFacts).map(\.fact)
        guard let conversation, !conversation.turns.isEmpty else { return context }
        context.turns = conversation.turns
        context.digest = conversation.digest
        context.shorten = { shorter($0) }
        let conversations = parts.conversations
        // What cannot be kept is made again by the next prompt.
        context.keep = { digest in try? conversations.keep(digest, of: conversation) }
        return context
    }

    /// The sentences that say most of a text: the tool for summaries does it, confined as ever, whether or not it is
    /// enabled for prompts. Nil when it cannot.
    private func shorter(_ text: String) -> String? {
        let arguments: JSON = ["text": .string(text), "sentences": .integer(Self.sentences)]
        let invocation = ToolInvocation(
            tool: "summarizer", arguments: arguments, resultsFolder: parts.places.workspace,
            languages: policy.languages)
        // The turns are left out then, which is told.
        guard let reply = try? parts.tools.run(invocation, limits: ToolContract.usualLimits), reply.failure == nil
        else {
            return nil
        }
        let summary = reply.text.trimmed(\.isWhitespace)
        return summary.isEmpty ? nil : summary
    }
}
