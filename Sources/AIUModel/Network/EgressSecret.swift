/// A secret that a VM may use without knowing it: where its placeholder stands in a request to one of these hosts.
package struct EgressSecret: Equatable, Sendable, CustomStringConvertible {
    package static let longestName = 64
    package static let longestValue = 16 << 10
    package static let mostHosts = 64

    package var name: String
    package var hosts: [DomainPattern]
    package var value: [UInt8]
    /// Which VMs' proxies get it. They are not told.
    package var scope: SecretScope

    /// `nil` for what cannot stand in a header, and for names that are not capitals, digits and underscores.
    package init?(name: String, hosts: [DomainPattern], value: [UInt8], scope: SecretScope = .all) {
        guard Self.isName(name), (1...Self.mostHosts).contains(hosts.count),
            (1...Self.longestValue).contains(value.count),
            value.allSatisfy({ (0x20...0x7E).contains($0) || $0 >= 0x80 })
        else { return nil }
        self.name = name
        self.hosts = hosts
        self.value = value
        self.scope = scope
    }

    package static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
            && name.utf8.first.map { (0x41...0x5A).contains($0) } == true
    }

    /// What the guest has instead: letters, digits and underscores only, so that it passes wherever a key does.
    package static func placeholder(_ name: String) -> String { "AIU_SECRET__\(name)__" }
    package var placeholder: String { Self.placeholder(name) }

    /// Never the value.
    package var description: String { "\(name) for \(hosts.map(\.description).joined(separator: ", ")): •••" }

    /// Name, hosts and value, zero bytes between.
    package var message: EgressMessage { EgressMessage(.secret, bytes([])) }

    /// As it is kept on the host: with the VMs that it is for, each in a line after the hosts.
    package var kept: [UInt8] { bytes(scope.lines) }

    private func bytes(_ scope: [String]) -> [UInt8] {
        let list = ([hosts.map(\.description).joined(separator: ",")] + scope).joined(separator: "\n")
        return Array(name.utf8) + [0] + Array(list.utf8) + [0] + value
    }

    package init?(payload: [UInt8]) {
        let parts = payload.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let lines = String(decoding: parts[1], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let hosts = lines[0].split(separator: ",").map { DomainPattern(parsing: String($0)) }
        let known = hosts.compactMap(\.self)
        guard known.count == hosts.count, let scope = SecretScope(lines: lines.dropFirst()) else { return nil }
        self.init(name: String(decoding: parts[0], as: UTF8.self), hosts: known, value: Array(parts[2]), scope: scope)
    }
}
