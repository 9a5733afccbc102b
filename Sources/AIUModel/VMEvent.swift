/// Something that happened to a VM or to the supervisor, as `aiu events` shows it.
package struct VMEvent: Equatable, Sendable, Codable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case created, starting, started, stopping, stopped, failed, deleting, deleted
        case paused, resumed, recovered, purged
        case renamed, cloned, updated, imported, exported
        case configured, configurationRefused
        case profileSaved, profileDeleted, pruned
        case modelAdded, modelRemoved, modelUsed
        case networkChanged
        case agentLost, agentBack
        case budgetWarned, budgetExhausted
        case policyApplied
        case supervisorStarted, supervisorStopping
    }

    /// Rises by one with every event, across restarts.
    package var sequence: Int64
    /// Milliseconds since 1970.
    package var time: Int64
    package var kind: Kind
    package var vm: VMName?
    package var id: VMID?
    package var detail: String?

    package init(sequence: Int64, time: Int64, kind: Kind, vm: VMName?, id: VMID?, detail: String?) {
        self.sequence = sequence
        self.time = time
        self.kind = kind
        self.vm = vm
        self.id = id
        self.detail = detail
    }
}
