/// The protocol between supervisor and agent: its version, its ports and its limits.
package enum WireProtocol {
    /// Raised when either end could misunderstand the other.
    package static let version = 1
    /// The host's port for the control connection, and the guest's port for operations.
    package static let port: UInt32 = 1024
    /// The longest payload of one frame; a longer length is a broken peer.
    package static let longestPayload = 64 * 1024
    package static let headerLength = 5
    /// How often the agent reports when the host does not say otherwise.
    package static let heartbeat: Duration = .seconds(2)
    /// Named in the hello of an agent that takes `configure`.
    package static let configureFeature = "configure"
    /// The host's ports for what the guest wants to reach: a proxy's requests, and DNS questions as streams carry them.
    package static let proxyPort: UInt32 = 1025
    package static let namePort: UInt32 = 1026
    /// The longest certificate of `authority`.
    package static let longestAuthority = 16 * 1024
    /// Named in the hello of an agent with a way to these ports, which takes `authority`.
    package static let networkFeature = "network"
    /// Named in the hello of an agent that takes `card`.
    package static let cardFeature = "card"
    /// Named in the hello of an agent whose image has an assistant.
    package static let assistFeature = "assist"
    /// An assistant that keeps to the host's limits for a request.
    package static let limitsFeature = "limits"
}
