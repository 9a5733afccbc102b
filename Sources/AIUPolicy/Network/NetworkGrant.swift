package import AIUModel

/// What a decision lets through.
package struct NetworkGrant: Equatable, Sendable {
    package var reason: NetworkReason
    /// Private addresses that the name may lead to.
    package var addresses: [IPNetwork] = []
    /// Any protocol.
    package var raw = false
    /// Where to connect to, for a service of the host and for a raw address.
    package var endpoint: Endpoint?
    package var isService = false

    package init(reason: NetworkReason) { self.reason = reason }
}

/// What the rules say.
package enum NetworkVerdict: Equatable, Sendable {
    case allowed(NetworkGrant)
    case denied(NetworkReason)
    /// It depends on method or path, so requests must be read.
    case dependsOnRequest(NetworkGrant)

    package var grant: NetworkGrant? {
        switch self {
        case .allowed(let grant), .dependsOnRequest(let grant): grant
        case .denied: nil
        }
    }
}
