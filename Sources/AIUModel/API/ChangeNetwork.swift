/// A wish to let a VM reach a host, or not any more.
package struct ChangeNetwork: Codable, Equatable, Sendable {
    package enum Verb: String, Codable, Sendable, CaseIterable { case allow, deny }

    package var verb: Verb
    /// A name, or `*.` and a name.
    package var host: String
    /// 80 and 443 when left out.
    package var ports: [Int]?
    package var methods: [String]?
    package var paths: [String]?

    package init(
        verb: Verb, host: String, ports: [Int]? = nil, methods: [String]? = nil, paths: [String]? = nil
    ) {
        self.verb = verb
        self.host = host
        self.ports = ports
        self.methods = methods
        self.paths = paths
    }
}
