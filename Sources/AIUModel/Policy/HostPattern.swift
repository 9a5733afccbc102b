/// Which hosts a rule is about.
package enum HostPattern: Hashable, Sendable, CustomStringConvertible {
    /// `*`: every name, but no raw address.
    case any
    case domain(DomainPattern)
    /// Raw addresses, which no name pattern covers.
    case network(IPNetwork)

    package init?(parsing text: String) {
        if text == "*" {
            self = .any
        } else if let network = IPNetwork(parsing: text) {
            self = .network(network)
        } else if let domain = DomainPattern(parsing: text) {
            self = .domain(domain)
        } else {
            return nil
        }
    }

    /// Whether everything that `other` is about is also what this is about.
    package func covers(_ other: HostPattern) -> Bool {
        switch (self, other) {
        case (.any, .any), (.any, .domain): true
        case (.domain(let outer), .domain(let inner)): outer.covers(inner)
        case (.network(let outer), .network(let inner)): outer.contains(inner)
        case (.any, .network), (.domain, .any), (.domain, .network), (.network, .any), (.network, .domain): false
        }
    }

    package var description: String {
        switch self {
        case .any: "*"
        case .domain(let pattern): pattern.description
        case .network(let network): network.description
        }
    }
}
