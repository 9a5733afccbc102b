/// A request for a new VM.
package struct CreateVM: Equatable, Sendable, Codable {
    /// Chosen by the supervisor when nil.
    package var name: String?
    package var ephemeral: Bool?
    /// `micro` when nil.
    package var flavour: String?
    package var preset: String?
    /// The text of an `aiu_config.json`, kept as text so that a refusal can name the line.
    package var configuration: String?
    /// These three win over the preset and the configuration.
    package var processors: Int?
    package var memory: ByteCount?
    package var storage: ByteCount?
    /// Its disk is encrypted; also where the configuration or the policy wants that.
    package var encrypt: Bool?
    package var labels: [String: String]?
    /// A project of the policy to count it in; the first of its owner when nil.
    package var project: String?
    /// Said by the supervisor's own interface, never by a request.
    package var owner: VMOwner?
    /// Boots it and answers when its agent is ready.
    package var start: Bool?
    package var timeoutMilliseconds: Int?

    package init(
        name: String? = nil, ephemeral: Bool? = nil, flavour: String? = nil, preset: String? = nil,
        configuration: String? = nil, processors: Int? = nil, memory: ByteCount? = nil, storage: ByteCount? = nil,
        encrypt: Bool? = nil, labels: [String: String]? = nil, project: String? = nil, owner: VMOwner? = nil,
        start: Bool? = nil,
        timeoutMilliseconds: Int? = nil
    ) {
        self.name = name
        self.ephemeral = ephemeral
        self.flavour = flavour
        self.preset = preset
        self.configuration = configuration
        self.processors = processors
        self.memory = memory
        self.storage = storage
        self.encrypt = encrypt
        self.labels = labels
        self.project = project
        self.owner = owner
        self.start = start
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
