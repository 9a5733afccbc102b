package import AIUModel

/// What VMs take together: of the disk all that there are, of the rest those that run.
package struct ResourceUse: Equatable, Sendable {
    package var vms = 0
    package var cpuCores = 0
    package var ram = ByteCount(bytes: 0)
    package var storage = ByteCount(bytes: 0)

    package init() {}

    package init(_ records: some Sequence<VMRecord>) {
        for record in records where record.phase != .deleted { add(record, running: record.phase.isActive) }
    }

    package mutating func add(_ record: VMRecord, running: Bool) {
        vms += 1
        storage = ByteCount(bytes: storage.bytes &+ record.resources.storage.bytes)
        guard running else { return }
        cpuCores += record.resources.processors
        ram = ByteCount(bytes: ram.bytes &+ record.resources.memory.bytes)
    }
}

extension PolicyScope {
    /// Whether a VM counts in the quota of this scope. `owners` are those whom a user's scope is about.
    package func includes(_ record: VMRecord, owner: UInt32?) -> Bool {
        switch self {
        case .host: true
        case .project(let name): record.project == name
        case .user: owner != nil && record.owner == owner
        case .vm(let name): record.name == name
        }
    }
}

extension PolicyInForce {
    /// Refuses when VMs would take more than a scope may have. `records` are all VMs as they would be afterwards; only what the change makes more of is looked at, so that a scope that has too much already can have less.
    package func check(
        _ records: [VMRecord], before: [VMRecord], owner: UInt32?
    ) throws(Failure) {
        for layer in layers {
            guard let quota = layer.sections.resources else { continue }
            let use = ResourceUse(records.filter { layer.scope.includes($0, owner: owner) })
            let former = ResourceUse(before.filter { layer.scope.includes($0, owner: owner) })
            func check<Amount: Comparable & CustomStringConvertible>(
                _ amount: Amount, _ old: Amount, _ most: Amount?, _ what: String
            ) throws(Failure) {
                guard let most, amount > most, amount > old else { return }
                throw Failure(
                    .exhausted,
                    "\(layer.scope) may have \(most) \(what), and would have \(amount) (policy version "
                        + "\(version)); free some of it, or ask an administrator")
            }
            try check(use.vms, former.vms, quota.vms, "VMs")
            try check(use.cpuCores, former.cpuCores, quota.cpuCores, "processors in running VMs")
            try check(use.ram, former.ram, quota.ram, "of memory in running VMs")
            try check(use.storage, former.storage, quota.storage, "of disk")
        }
    }

    /// Whether anything is counted at all.
    package var hasQuota: Bool { layers.contains { $0.sections.resources != nil } }
}
