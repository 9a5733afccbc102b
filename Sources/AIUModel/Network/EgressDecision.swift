/// One thing that a VM wanted of the network, and what the host said.
package struct EgressDecision: Codable, Hashable, Sendable {
    /// What was wanted.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// A name's address.
        case name
        /// A connection whose content is not read.
        case connect
        /// A request of HTTP.
        case request
        /// A connection that new rules, a quota or a limit ended.
        case cut
    }

    /// Milliseconds since 1970.
    package var time: Int64
    package var kind: Kind
    package var allowed: Bool
    package var host: String
    package var port: UInt16?
    package var method: String?
    /// Without its query, which may hold what is nobody's business.
    package var path: String?
    /// What was connected to.
    package var address: String?
    /// Which scope decided, and by which rule.
    package var scope: String
    package var rule: String
    /// Names of the secrets that were put in.
    package var secrets: [String]?
    package var policyVersion: Int64
    /// How many of the same were left out before this one, because they came too fast to write each.
    package var repeats: Int?

    package init(
        time: Int64, kind: Kind, allowed: Bool, host: String, port: UInt16? = nil, method: String? = nil,
        path: String? = nil, address: String? = nil, scope: String, rule: String, secrets: [String]? = nil,
        policyVersion: Int64, repeats: Int? = nil
    ) {
        self.time = time
        self.kind = kind
        self.allowed = allowed
        self.host = host
        self.port = port
        self.method = method
        self.path = path
        self.address = address
        self.scope = scope
        self.rule = rule
        self.secrets = secrets
        self.policyVersion = policyVersion
        self.repeats = repeats
    }
}
