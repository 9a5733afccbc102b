/// What a model's header says of it. All of it is the file's own claim, checked for its bounds only.
package struct ModelSummary: Equatable, Sendable, Codable {
    package var architecture: String
    package var name: String?
    package var licence: String?
    /// Elements of all tensors together.
    package var parameters: UInt64
    /// The type that most of the weights' bytes have, such as `Q4_0`.
    package var quantisation: String
    /// Bytes of weights by type.
    package var types: [String: ByteCount]
    package var weights: ByteCount
    package var tensors: Int
    /// The longest context that it was made for.
    package var contextLength: Int?
    package var embeddingLength: Int?
    package var feedForwardLength: Int?
    package var layers: Int?
    package var heads: Int?
    package var keyValueHeads: Int?
    /// Numbers that its cache keeps for every token of context, over all layers; zero for one without a cache.
    package var cacheWidth: UInt64
    package var vocabularySize: Int?
    /// The kind of its tokenizer, such as `gpt2`.
    package var tokenizer: String?
    package var hasChatTemplate: Bool

    package init(
        architecture: String, name: String? = nil, licence: String? = nil, parameters: UInt64, quantisation: String,
        types: [String: ByteCount], weights: ByteCount, tensors: Int, contextLength: Int? = nil,
        embeddingLength: Int? = nil, feedForwardLength: Int? = nil, layers: Int? = nil, heads: Int? = nil,
        keyValueHeads: Int? = nil, cacheWidth: UInt64 = 0, vocabularySize: Int? = nil, tokenizer: String? = nil,
        hasChatTemplate: Bool = false
    ) {
        self.architecture = architecture
        self.name = name
        self.licence = licence
        self.parameters = parameters
        self.quantisation = quantisation
        self.types = types
        self.weights = weights
        self.tensors = tensors
        self.contextLength = contextLength
        self.embeddingLength = embeddingLength
        self.feedForwardLength = feedForwardLength
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.cacheWidth = cacheWidth
        self.vocabularySize = vocabularySize
        self.tokenizer = tokenizer
        self.hasChatTemplate = hasChatTemplate
    }
}
