package import AIUJSON

/// What a person wants from the assistant in a VM: the content of `OperationRequest.assist`.
package enum AssistRequest: Codable, Equatable, Sendable {
    /// A prompt, answered by the model and its tools.
    case prompt(PromptRequest)
    /// One tool, without the model.
    case tool(ToolRequest)
    /// Which tools there are, and whether each can be used here.
    case tools(limits: HostLimits? = nil)
    case conversations(ConversationRequest)
    case memory(MemoryRequest)
    /// The models that this VM has, and what the engine chose for its processor.
    case models

    /// A word for logs and audit.
    package var verb: String {
        switch self {
        case .prompt: "prompt"
        case .tool: "tool"
        case .tools: "list tools"
        case .conversations: "conversations"
        case .memory: "memory"
        case .models: "list models"
        }
    }
}

/// A prompt and how it is to be answered.
package struct PromptRequest: Codable, Equatable, Sendable {
    /// Bytes of UTF-8 that one prompt may have.
    package static let longestText = 32 * 1024
    package static let mostFiles = 64

    package var text: String
    /// Files that came with the prompt: absolute paths in the guest, or relative to `/workspace`.
    package var files: [String]
    /// The conversation to go on with, by id or title; a new one when nil.
    package var conversation: String?
    /// A model of the VM for planning and answering instead of the one with the role.
    package var model: String?
    /// The person said yes to every sensitive tool beforehand.
    package var confirmed: Bool
    /// Somebody is there to answer `confirm` events. Otherwise the answer is no.
    package var attended: Bool
    /// Nothing of this is kept: no conversation is made.
    package var ephemeral: Bool
    /// The folder in the guest where files that tools make go; the workspace when nil.
    package var resultsFolder: String?
    /// The host lets so many tokens of the answer through. A longer one is a waste.
    package var responseLimit: Int?
    /// What the policy says; the host sets it.
    package var limits: HostLimits?

    package init(
        text: String, files: [String] = [], conversation: String? = nil, model: String? = nil,
        confirmed: Bool = false, attended: Bool = false, ephemeral: Bool = false, resultsFolder: String? = nil,
        responseLimit: Int? = nil, limits: HostLimits? = nil
    ) {
        self.limits = limits
        self.text = text
        self.files = files
        self.conversation = conversation
        self.model = model
        self.confirmed = confirmed
        self.attended = attended
        self.ephemeral = ephemeral
        self.resultsFolder = resultsFolder
        self.responseLimit = responseLimit
    }
}

/// One tool with its arguments.
package struct ToolRequest: Codable, Equatable, Sendable {
    package var tool: String
    /// An object that fits the tool's schema.
    package var arguments: JSON
    package var files: [String]
    package var confirmed: Bool
    package var attended: Bool
    package var resultsFolder: String?
    /// What the policy says; the host sets it.
    package var limits: HostLimits?

    package init(
        tool: String, arguments: JSON, files: [String] = [], confirmed: Bool = false, attended: Bool = false,
        resultsFolder: String? = nil, limits: HostLimits? = nil
    ) {
        self.limits = limits
        self.tool = tool
        self.arguments = arguments
        self.files = files
        self.confirmed = confirmed
        self.attended = attended
        self.resultsFolder = resultsFolder
    }
}

/// What to do with the conversations kept in a VM. A conversation is named by its id or its title.
package enum ConversationRequest: Codable, Equatable, Sendable {
    case list
    case show(conversation: String)
    case search(text: String)
    case rename(conversation: String, title: String)
    /// Answered by one `document` event.
    case export(conversation: String)
    /// A document as `export` gives it.
    case importing(document: JSON)
    case erase(conversation: String)
    case eraseAll
}
