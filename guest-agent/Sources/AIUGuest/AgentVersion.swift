/// The version that the agent tells the host.
package enum AgentVersion {
    package static let current = "0.1.0"
}
