package import AIUJSON

/// One line of an allow or deny list. What is `nil` is not looked at, but for the ports of an allowing rule.
package struct NetworkRule: Equatable, Sendable, CustomStringConvertible {
    /// What an allowing rule means that names no ports.
    package static let usualPorts: [UInt16] = [80, 443]

    package var host: HostPattern
    package var ports: [UInt16]?
    package var methods: [String]?
    package var paths: [PathPattern]?
    /// Addresses that the name may lead to although they are private; public ones always may be reached.
    package var addresses: [IPNetwork]
    /// Any protocol on these ports, not only TLS and HTTP: nothing that is said there is looked at.
    package var raw: Bool

    package init(
        host: HostPattern, ports: [UInt16]? = nil, methods: [String]? = nil, paths: [PathPattern]? = nil,
        addresses: [IPNetwork] = [], raw: Bool = false
    ) {
        self.host = host
        self.ports = ports
        self.methods = methods
        self.paths = paths
        self.addresses = addresses
        self.raw = raw
    }

    /// Whether a request must be read to know if this rule is about it.
    package var readsRequests: Bool { methods != nil || paths != nil }

    package var allowedPorts: [UInt16] { ports ?? Self.usualPorts }

    /// As decisions and explanations name it: `api.example.org:443 GET,POST /v1/*`.
    package var description: String {
        var text = host.description
        if let ports { text += ":" + ports.map(String.init).joined(separator: ",") }
        if let methods { text += " " + methods.joined(separator: ",") }
        if let paths { text += " " + paths.map(\.description).joined(separator: ",") }
        if !addresses.isEmpty { text += " at " + addresses.map(\.description).joined(separator: ",") }
        return raw ? text + " raw" : text
    }

    package var json: JSON {
        var members = [JSON.Member("host", .string(host.description))]
        if let ports { members.append(.init("ports", .array(ports.map { .integer(Int64($0)) }))) }
        if let methods { members.append(.init("methods", .array(methods.map { .string($0) }))) }
        if let paths { members.append(.init("paths", .array(paths.map { .string($0.description) }))) }
        if !addresses.isEmpty {
            members.append(.init("addresses", .array(addresses.map { .string($0.description) })))
        }
        if raw { members.append(.init("raw", .bool(true))) }
        return .object(members)
    }
}
