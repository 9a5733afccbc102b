internal import AIUJSON

/// `aiud.json`: what an administrator may choose. Everything has a default, so the file may be missing.
package struct DaemonConfiguration: Equatable, Sendable {
    package enum HypervisorChoice: String, CaseIterable, Sendable {
        /// libvirt inside the supervisor: no libvirtd is needed.
        case embedded
        /// The host's libvirtd, with its confinement.
        case system
    }

    package enum AcceleratorChoice: String, CaseIterable, Sendable {
        /// What a probe finds out.
        case auto
        case kvm
        case tcg
    }

    package enum LogLevel: String, CaseIterable, Sendable {
        case debug, info, warning, error
    }

    package var hypervisor = HypervisorChoice.embedded
    package var accelerator = AcceleratorChoice.auto
    package var logLevel = LogLevel.info
    /// How often guests report, in milliseconds.
    package var heartbeatMilliseconds = 2000

    package static let heartbeats: ClosedRange<Int64> = 100...60_000
    private static let fields = ["hypervisor", "accelerator", "log_level", "heartbeat_ms"]

    package init() {}

    /// Reads a text; the first thing that is wrong is refused with its place and the nearest valid name.
    package init(parsing bytes: [UInt8]) throws(Failure) {
        let node: JSONNode
        do {
            node = try JSONNode(parsing: bytes)
        } catch {
            throw Failure(.invalid, "\(error)")
        }
        guard let members = node.members else {
            throw Self.refusal(node, "the document must be an object in braces, not \(node.summary)")
        }
        for member in members {
            switch member.name {
            case "hypervisor": hypervisor = try Self.choice(member)
            case "accelerator": accelerator = try Self.choice(member)
            case "log_level": logLevel = try Self.choice(member)
            case "heartbeat_ms": heartbeatMilliseconds = try Self.heartbeat(member)
            case "$schema": break
            case let name:
                let hint = NearestName.find(name, in: Self.fields).map { "; did you mean `\($0)`?" } ?? ""
                throw Self.refusal(member.value, "`\(name)` is not a field of aiud.json\(hint)")
            }
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ member: JSONNode.Member
    ) throws(Failure) -> Choice where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue)
        if case .string(let text) = member.value.value, let choice = Choice(rawValue: text) { return choice }
        throw refusal(
            member.value,
            "`\(member.name)` must be one of \(known.joined(separator: ", ")), not \(member.value.summary)")
    }

    private static func heartbeat(_ member: JSONNode.Member) throws(Failure) -> Int {
        if case .integer(let number) = member.value.value, heartbeats.contains(number) { return Int(number) }
        throw refusal(
            member.value,
            "`heartbeat_ms` must be a whole number from \(heartbeats.lowerBound) to \(heartbeats.upperBound), not \(member.value.summary)"
        )
    }

    private static func refusal(_ node: JSONNode, _ message: String) -> Failure {
        let place = node.position.map { "line \($0.line), column \($0.column): " } ?? ""
        return Failure(.invalid, place + message)
    }
}
