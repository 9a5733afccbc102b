/// The agent's first words: who it is, how its boot went, and which configuration it lives by.
package struct Hello: Codable, Equatable, Sendable {
    /// Milliseconds since the kernel started.
    package struct BootTimes: Codable, Equatable, Sendable {
        package var agentStarted: Double
        package var filesMounted: Double
        package var dialled: Double

        package init(agentStarted: Double, filesMounted: Double, dialled: Double) {
            self.agentStarted = agentStarted
            self.filesMounted = filesMounted
            self.dialled = dialled
        }
    }

    package var protocolVersion: Int
    package var agentVersion: String
    package var kernel: String
    /// Differs after every boot and every restore.
    package var bootID: String
    package var bootTimes: BootTimes
    /// SHA-256 (hex) of `/etc/aiu_config.json` without its padding.
    package var configurationDigest: String
    /// Why the configuration was not used, when it was not.
    package var configurationProblem: String?
    package var processors: Int
    package var memoryBytes: UInt64
    /// What this agent can do beyond the first agents of this version; a host asks for nothing that is not here.
    package var features: [String]?

    package init(
        protocolVersion: Int = WireProtocol.version, agentVersion: String, kernel: String, bootID: String,
        bootTimes: BootTimes, configurationDigest: String, configurationProblem: String? = nil, processors: Int,
        memoryBytes: UInt64, features: [String]? = nil
    ) {
        self.protocolVersion = protocolVersion
        self.agentVersion = agentVersion
        self.kernel = kernel
        self.bootID = bootID
        self.bootTimes = bootTimes
        self.configurationDigest = configurationDigest
        self.configurationProblem = configurationProblem
        self.processors = processors
        self.memoryBytes = memoryBytes
        self.features = features
    }
}
