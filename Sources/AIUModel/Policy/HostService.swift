package import AIUJSON

/// A service of the host that guests reach as `http://NAME.local/`.
package struct HostService: Equatable, Sendable, CustomStringConvertible {
    /// What stands behind the names of all services.
    package static let suffix = ".local"

    package var name: String
    package var address: IPAddress
    package var port: UInt16

    package init(name: String, address: IPAddress, port: UInt16) {
        self.name = name
        self.address = address
        self.port = port
    }

    package var host: String { name + Self.suffix }

    package var description: String { "\(host) at \(address.hostText):\(port)" }

    package var json: JSON {
        ["name": .string(name), "address": .string(address.description), "port": .integer(Int64(port))]
    }
}
