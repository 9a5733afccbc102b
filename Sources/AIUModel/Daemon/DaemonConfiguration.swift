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
    /// Where libvirtd listens, when it is not where libvirt looks for it. Only for `system`.
    package var libvirtSocket: String?
    package var accelerator = AcceleratorChoice.auto
    package var logLevel = LogLevel.info
    /// How often guests report, in milliseconds.
    package var heartbeatMilliseconds = 2000
    /// How long the disk of a deleted VM is kept for a recovery. 0 keeps none.
    package var keepDeletedHours = 7 * 24
    /// How long a connected agent may say nothing before it counts as lost. At least three of its heartbeats.
    package var agentSilenceSeconds = 30

    /// Who may do what; without them everybody who can reach the socket may do everything.
    package var roles: RoleAssignments?
    /// How long records of the audit are kept.
    package var keepAuditDays = 365
    /// The datagram socket of the host's log, which gets each record of the audit too.
    package var auditForward: String?
    /// TCP with TLS; nobody comes in over a network without it.
    package var listen: ListenConfiguration?
    /// Who knows people by name and password; only over the network.
    package var login: LoginConfiguration?

    package static let auditDays: ClosedRange<Int64> = 1...36_500
    package static let heartbeats: ClosedRange<Int64> = 100...60_000
    package static let keepHours: ClosedRange<Int64> = 0...8760
    package static let silences: ClosedRange<Int64> = 1...3600
    private static let longestPath = 107
    private static let fields = [
        "hypervisor", "libvirt_socket", "accelerator", "log_level", "heartbeat_ms", "keep_deleted_hours",
        "agent_silence_seconds", "keep_audit_days", "roles", "listen", "login", "audit_forward",
    ]

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
            case "libvirt_socket": libvirtSocket = try Self.path(member)
            case "accelerator": accelerator = try Self.choice(member)
            case "log_level": logLevel = try Self.choice(member)
            case "heartbeat_ms": heartbeatMilliseconds = try Self.number(member, Self.heartbeats)
            case "keep_deleted_hours": keepDeletedHours = try Self.number(member, Self.keepHours)
            case "agent_silence_seconds": agentSilenceSeconds = try Self.number(member, Self.silences)
            case "keep_audit_days": keepAuditDays = try Self.number(member, Self.auditDays)
            case "roles":
                do throws(RoleProblem) {
                    roles = try RoleAssignments(member.value)
                } catch {
                    throw Self.refusal(error.node, error.message)
                }
            case "audit_forward": auditForward = try Self.path(member)
            case "listen": listen = try Self.section(member) { node throws(PolicyProblem) in try .init(node) }
            case "login": login = try Self.section(member) { node throws(PolicyProblem) in try .init(node) }
            case "$schema": break
            case let name:
                let hint = NearestName.find(name, in: Self.fields).map { "; did you mean `\($0)`?" } ?? ""
                throw Self.refusal(member.value, "`\(name)` is not a field of aiud.json\(hint)")
            }
        }
        guard login == nil || listen != nil else {
            throw Self.refusal(node, "`login` needs `listen`: at the socket the kernel says who comes")
        }
        guard listen == nil || roles != nil else {
            throw Self.refusal(
                node, "`listen` needs `roles`: without them everybody who gets in is an administrator")
        }
    }

    private static func section<Section>(
        _ member: JSONNode.Member, _ read: (JSONNode) throws(PolicyProblem) -> Section
    ) throws(Failure) -> Section {
        do throws(PolicyProblem) {
            return try read(member.value)
        } catch {
            throw error.inside(member.name).failure
        }
    }

    /// A guest that reports seldom is not silent between two reports.
    package var agentSilence: Duration {
        max(.seconds(agentSilenceSeconds), .milliseconds(3 * heartbeatMilliseconds))
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

    private static func path(_ member: JSONNode.Member) throws(Failure) -> String {
        if case .string(let text) = member.value.value, text.hasPrefix("/"), text.utf8.count <= longestPath,
            !text.utf8.contains(0)
        {
            return text
        }
        throw refusal(
            member.value,
            "`\(member.name)` must be an absolute path of at most \(longestPath) bytes, not \(member.value.summary)")
    }

    private static func number(_ member: JSONNode.Member, _ range: ClosedRange<Int64>) throws(Failure) -> Int {
        if case .integer(let number) = member.value.value, range.contains(number) { return Int(number) }
        throw refusal(
            member.value,
            "`\(member.name)` must be a whole number from \(range.lowerBound) to \(range.upperBound), "
                + "not \(member.value.summary)")
    }

    private static func refusal(_ node: JSONNode, _ message: String) -> Failure {
        let place = node.position.map { "line \($0.line), column \($0.column): " } ?? ""
        return Failure(.invalid, place + message)
    }
}
