/// What the supervisor remembers of a VM across restarts: one row of the database.
package struct VMRecord: Equatable, Sendable, Codable {
    package let id: VMID
    package var name: VMName
    /// Gone after it stops.
    package var ephemeral: Bool
    package var flavour: String
    /// The digest of the image that its state disk belongs to.
    package var image: String
    package var resources: VMResources
    /// The canonical text of its `aiu_config.json`.
    package var configuration: String
    /// SHA-256 (hex) of that text, which the agent reports back.
    package var configurationDigest: String
    package var phase: VMPhase
    /// Why `phase` is `failed`.
    package var failure: String?
    /// The vsock context identifier of its device.
    package var contextID: UInt32
    /// Milliseconds since 1970.
    package var created: Int64
    package var started: Int64?
    /// Neither deleted nor purged until that is taken back.
    package var protected: Bool
    package var labels: Labels
    /// Milliseconds since 1970: when it was deleted, and until when it can be recovered. Only while `phase` is `deleted`.
    package var deleted: Int64?
    package var keptUntil: Int64?
    /// The digest of the document that its state disk holds: another one than `configurationDigest` until the disk is
    /// brought in line.
    package var configurationOnDisk: String
    /// Rises by one with every accepted change; 1 is the document of the creation.
    package var configurationRevision: Int
    /// The models of the host that it was given when it started last.
    package var models: [ModelName]
    /// The number of the user who made it; nil for one that was made before owners were noted.
    package var owner: UInt32?
    /// The project of the policy that it counts in.
    package var project: String?
    /// Its disk is encrypted, under a key of its own.
    package var encrypted: Bool

    package init(
        id: VMID, name: VMName, ephemeral: Bool, flavour: String, image: String, resources: VMResources,
        configuration: String, configurationDigest: String, phase: VMPhase, failure: String? = nil,
        contextID: UInt32, created: Int64, started: Int64? = nil, protected: Bool = false, labels: Labels = Labels(),
        deleted: Int64? = nil, keptUntil: Int64? = nil, configurationOnDisk: String? = nil,
        configurationRevision: Int = 1, models: [ModelName] = [], owner: UInt32? = nil, project: String? = nil,
        encrypted: Bool = false
    ) {
        self.id = id
        self.name = name
        self.ephemeral = ephemeral
        self.flavour = flavour
        self.image = image
        self.resources = resources
        self.configuration = configuration
        self.configurationDigest = configurationDigest
        self.phase = phase
        self.failure = failure
        self.contextID = contextID
        self.created = created
        self.started = started
        self.protected = protected
        self.labels = labels
        self.deleted = deleted
        self.keptUntil = keptUntil
        self.configurationOnDisk = configurationOnDisk ?? configurationDigest
        self.configurationRevision = configurationRevision
        self.models = models
        self.owner = owner
        self.project = project
        self.encrypted = encrypted
    }
}
