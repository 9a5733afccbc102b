/// The host's answer to a hello: identity, time and randomness that the guest cannot have by itself.
package struct Welcome: Codable, Equatable, Sendable {
    package var protocolVersion: Int
    package var vmID: String
    package var hostname: String
    /// Milliseconds since 1970.
    package var clock: Int64
    /// 64 hex digits of fresh entropy, mixed into the guest's pool.
    package var entropy: String
    package var heartbeatMilliseconds: Int

    package init(
        protocolVersion: Int = WireProtocol.version, vmID: String, hostname: String, clock: Int64, entropy: String,
        heartbeatMilliseconds: Int
    ) {
        self.protocolVersion = protocolVersion
        self.vmID = vmID
        self.hostname = hostname
        self.clock = clock
        self.entropy = entropy
        self.heartbeatMilliseconds = heartbeatMilliseconds
    }
}
