/// A prompt for the assistant in a VM, for programs: nobody is there to answer questions.
package struct PromptVM: Equatable, Sendable, Codable {
    package static let defaultTimeoutMilliseconds = 600_000

    package var text: String
    /// Paths in the VM, absolute or relative to `/workspace`.
    package var files: [String]?
    /// The conversation to go on with, by identifier or title; a new one when nil.
    package var conversation: String?
    /// A model of the VM instead of the one with the role.
    package var model: String?
    /// Sensitive tools may run.
    package var confirmed: Bool?
    /// No conversation is made.
    package var ephemeral: Bool?
    /// Where tools put the files that they make.
    package var resultsFolder: String?
    /// Ten minutes when nil.
    package var timeoutMilliseconds: Int?

    package init(
        text: String, files: [String]? = nil, conversation: String? = nil, model: String? = nil, confirmed: Bool? = nil,
        ephemeral: Bool? = nil, resultsFolder: String? = nil, timeoutMilliseconds: Int? = nil
    ) {
        self.text = text
        self.files = files
        self.conversation = conversation
        self.model = model
        self.confirmed = confirmed
        self.ephemeral = ephemeral
        self.resultsFolder = resultsFolder
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
