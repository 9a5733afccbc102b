internal import CLlama

/// What a context remembers of one conversation.
struct KeptSequence {
    let id: llama_seq_id
    /// Nil when it is free.
    var conversation: String?
    /// What was read and written, as the context has it.
    var tokens: [llama_token] = []
    var lastUse = 0

    init(id: llama_seq_id) { self.id = id }

    /// How many tokens at the beginning are the same.
    func common(with other: [llama_token]) -> Int {
        zip(tokens, other).prefix { $0 == $1 }.count
    }
}
