package import AIUJSON

/// A tool as people see it.
package struct ToolDescription: Codable, Equatable, Sendable {
    package var name: String
    package var area: String
    package var description: String
    /// The JSON Schema of its arguments.
    package var arguments: JSON
    /// The smallest image flavour that has its engine.
    package var flavour: String
    /// Asks the person before it runs.
    package var sensitive: Bool
    /// Named by the VM's configuration, and not denied.
    package var enabled: Bool
    /// By the host's policy; absent where it does not.
    package var denied: Bool?
    /// Its engine is in this VM's image.
    package var available: Bool
    package var examples: [String]

    package init(
        name: String, area: String, description: String, arguments: JSON, flavour: String, sensitive: Bool,
        enabled: Bool, denied: Bool? = nil, available: Bool, examples: [String]
    ) {
        self.name = name
        self.area = area
        self.description = description
        self.arguments = arguments
        self.flavour = flavour
        self.sensitive = sensitive
        self.enabled = enabled
        self.denied = denied
        self.available = available
        self.examples = examples
    }
}

/// A model that the engine in a VM can use.
package struct GuestModel: Codable, Equatable, Sendable {
    package var name: String
    /// What it is for.
    package var roles: [String]
    /// What it can do: `router`, `embedding` or `reasoning`, which writes text.
    package var kind: String?
    package var loaded: Bool
    package var architecture: String
    package var parameters: Int64
    package var bytes: Int64
    package var contextLength: Int
    /// The variant of the engine that was chosen for the processor, such as `x86-64` or `haswell`.
    package var engine: String
    /// Processors that it would take now.
    package var threads: Int?

    package init(
        name: String, roles: [String], kind: String? = nil, loaded: Bool, architecture: String, parameters: Int64,
        bytes: Int64, contextLength: Int, engine: String, threads: Int? = nil
    ) {
        self.name = name
        self.roles = roles
        self.kind = kind
        self.loaded = loaded
        self.architecture = architecture
        self.parameters = parameters
        self.bytes = bytes
        self.contextLength = contextLength
        self.engine = engine
        self.threads = threads
    }
}

/// One conversation in a list.
package struct ConversationSummary: Codable, Equatable, Sendable {
    package var id: String
    package var title: String
    /// Milliseconds since 1970.
    package var created: Int64
    package var updated: Int64
    package var turns: Int
    /// Where a search found its words.
    package var excerpt: String?

    package init(id: String, title: String, created: Int64, updated: Int64, turns: Int, excerpt: String? = nil) {
        self.id = id
        self.title = title
        self.created = created
        self.updated = updated
        self.turns = turns
        self.excerpt = excerpt
    }
}

/// A conversation with its newest turns: as many as fit a frame.
package struct ConversationRecord: Codable, Equatable, Sendable {
    package struct Turn: Codable, Equatable, Sendable {
        package var number: Int
        package var time: Int64
        package var prompt: String
        package var answer: String
        package var tools: [String]

        package init(number: Int, time: Int64, prompt: String, answer: String, tools: [String]) {
            self.number = number
            self.time = time
            self.prompt = prompt
            self.answer = answer
            self.tools = tools
        }
    }

    package var summary: ConversationSummary
    package var turns: [Turn]

    package init(summary: ConversationSummary, turns: [Turn]) {
        self.summary = summary
        self.turns = turns
    }
}
