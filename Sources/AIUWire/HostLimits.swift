/// What the host's policy lets the assistant do for one request. Set by the host, whatever a client sent; the host refuses by
/// itself what it can see, so that this only tells an honest assistant what it would be refused.
package struct HostLimits: Codable, Equatable, Sendable {
    /// The tools that may be used; nil for all that the VM's own configuration names.
    package var tools: [String]?
    /// Tools that run only after a person has agreed, besides those that always ask.
    package var confirmations: [String]?

    package init(tools: [String]? = nil, confirmations: [String]? = nil) {
        self.tools = tools
        self.confirmations = confirmations
    }
}
