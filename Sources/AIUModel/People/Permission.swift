/// What somebody may do.
package enum Permission: String, CaseIterable, Sendable, Codable {
    /// Lists, states, figures and events.
    case see
    /// What is inside of VMs: files, logs, whole disks.
    case read
    /// VMs, and what runs in them.
    case operate
    /// The supervisor, and the models of all.
    case administer
    /// The audit.
    case audit
}
