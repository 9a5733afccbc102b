/// Where in its life a VM is, as the database and the API name it.
package enum VMPhase: String, Codable, Sendable, CaseIterable {
    /// Its disk is being made; after a crash it is removed.
    case creating
    case stopped
    case starting
    case running
    case stopping
    /// It ended, or could not start, against the will of its user; starting it again is allowed.
    case failed
    /// Its files are being removed; after a crash the removal goes on.
    case deleting

    /// QEMU may be running.
    package var isActive: Bool {
        switch self {
        case .starting, .running, .stopping: true
        case .creating, .stopped, .failed, .deleting: false
        }
    }
}
