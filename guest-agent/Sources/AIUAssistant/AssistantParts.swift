package import AIUConversations
package import AIURouter

/// What answering takes, each behind a seam that a test can fill.
package struct AssistantParts {
    package var places: AssistantPlaces
    package var person: any Person
    package var tools: any ToolRunner
    /// By the name of a model, or nil for the one that the VM uses, and for a conversation.
    package var planner: (String?, Conversation?, GuestPolicy) throws(AssistantError) -> any Planner
    package var conversations: ConversationStore
    package var memory: Memory
    /// Makes the engine forget what it has read of these conversations.
    package var forget: ([String]) -> Void
    /// Milliseconds since 1970.
    package var now: () -> Int64

    package init(
        places: AssistantPlaces, person: any Person, tools: any ToolRunner,
        planner: @escaping (String?, Conversation?, GuestPolicy) throws(AssistantError) -> any Planner,
        conversations: ConversationStore, memory: Memory, forget: @escaping ([String]) -> Void,
        now: @escaping () -> Int64
    ) {
        self.places = places
        self.person = person
        self.tools = tools
        self.planner = planner
        self.conversations = conversations
        self.memory = memory
        self.forget = forget
        self.now = now
    }
}
