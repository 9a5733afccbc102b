/// Where in its life a VM is, as the database and the API name it.
package enum VMPhase: String, Codable, Sendable, CaseIterable {
    /// Its disk is being made; after a crash it is removed.
    case creating
    case stopped
    case starting
    case running
    /// QEMU holds the guest's processors.
    case paused
    case stopping
    /// It ended, or could not start, against the will of its user; starting it again is allowed.
    case failed
    /// Its files are being removed; after a crash the removal goes on.
    case deleting
    /// Out of sight, its disk kept for a time in which it can be recovered.
    case deleted

    /// QEMU may be running.
    package var isActive: Bool {
        switch self {
        case .starting, .running, .paused, .stopping: true
        case .creating, .stopped, .failed, .deleting, .deleted: false
        }
    }
}
