internal import AIUConversations
internal import AIUWire

/// What the memory has to say to a prompt.
struct Remembered {
    var phrase: ToolReply.Phrase
    /// The facts that the answer is, or is about.
    var facts: [Fact] = []
    /// For people who follow how the answer came about.
    var summary: String
    /// It could not be done as it was wanted.
    var isRefusal = false
}
