/// What a person is to the supervisor.
package enum Role: String, CaseIterable, Sendable, Codable {
    case viewer
    case `operator`
    /// Reads everything, the audit too, and changes nothing.
    case auditor
    case admin

    package var permissions: Set<Permission> {
        switch self {
        case .viewer: [.see]
        case .operator: [.see, .read, .operate]
        case .auditor: [.see, .read, .audit]
        case .admin: Set(Permission.allCases)
        }
    }
}
