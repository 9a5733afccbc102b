/// What a program in the VM asks the process with the models.
package enum InferenceRequest: Codable, Equatable, Sendable {
    case models
    case load(model: String)
    case unload(model: String)
    case route(RouteRequest)
    case embed(EmbedRequest)
    case generate(GenerateRequest)
    case count(model: String?, text: String)
    /// What was kept of a conversation, so that its next prompt would be read faster.
    case forget(conversation: String)
    /// Ends the generation that this connection waits for; has no reply of its own.
    case cancel
}

/// A word of a prompt or of a file's name, as the router's model reads it.
package struct RouterWord: Codable, Equatable, Sendable {
    package var text: String
    /// One sign that is glued to both neighbours, like the dot of a file's name.
    package var inner: Bool

    package init(_ text: String, inner: Bool = false) {
        self.text = text
        self.inner = inner
    }
}

/// A prompt for the model that chooses tools.
package struct RouteRequest: Codable, Equatable, Sendable {
    /// The model with the role `router` when nil.
    package var model: String?
    package var words: [RouterWord]
    /// The words of the attached files' names.
    package var files: [[RouterWord]]
    /// Labels of the head `tool` that may not be chosen.
    package var withoutTools: [String]

    package init(model: String? = nil, words: [RouterWord], files: [[RouterWord]] = [], withoutTools: [String] = []) {
        self.model = model
        self.words = words
        self.files = files
        self.withoutTools = withoutTools
    }
}

/// Texts that shall become vectors.
package struct EmbedRequest: Codable, Equatable, Sendable {
    package static let mostTexts = 256

    /// The model with the role `embedding` when nil.
    package var model: String?
    package var texts: [String]

    package init(model: String? = nil, texts: [String]) {
        self.model = model
        self.texts = texts
    }
}

/// One turn of a conversation.
package struct ChatTurn: Codable, Equatable, Sendable {
    package enum Role: String, Codable, Sendable {
        case system, user, assistant
    }

    package var role: Role
    package var text: String

    package init(_ role: Role, _ text: String) {
        self.role = role
        self.text = text
    }
}

/// Text to be written by a model.
package struct GenerateRequest: Codable, Equatable, Sendable {
    package static let mostTokens = 16_384
    /// Tokens that a conversation may hold; longer ones lose their oldest half.
    package static let mostContext = 4096
    package static let longestGrammar = 256 * 1024
    package static let mostStops = 16

    /// The model with the role `reasoning` when nil.
    package var model: String?
    /// Written in the model's own form of conversation. Nothing in a turn can pass for a mark of that form.
    package var turns: [ChatTurn]
    /// Follows the turns as it is: the text to go on with.
    package var text: String
    /// GBNF with a rule `root`: the text is of this grammar.
    package var grammar: String?
    package var maxTokens: Int
    /// 0 takes the likeliest token each time.
    package var temperature: Float
    /// 0 means no limit.
    package var topK: Int
    package var topP: Float
    package var seed: UInt32
    /// The text ends before the first of these.
    package var stops: [String]
    /// What was read and written is kept under this name for the next prompt that begins alike.
    package var conversation: String?

    package init(
        model: String? = nil, turns: [ChatTurn] = [], text: String = "", grammar: String? = nil, maxTokens: Int = 512,
        temperature: Float = 0, topK: Int = 40, topP: Float = 0.95, seed: UInt32 = 1, stops: [String] = [],
        conversation: String? = nil
    ) {
        self.model = model
        self.turns = turns
        self.text = text
        self.grammar = grammar
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.seed = seed
        self.stops = stops
        self.conversation = conversation
    }
}
