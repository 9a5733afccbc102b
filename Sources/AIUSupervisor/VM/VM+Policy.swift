internal import AIUModel
internal import AIUPolicy

/// What the policy lets it have.
extension VM {
    /// What holds for it and its owner.
    var policy: PolicyInForce { host.policies.effective(subject) }

    private var subject: PolicySubject {
        PolicySubject(user: record.owner, vm: record.name, project: record.project)
    }

    /// Refuses a start that would take more than a scope may have. Starting is counted with what it will be given.
    func requireQuota() throws(Failure) {
        let policy = policy
        guard policy.hasQuota else { return }
        var started = record
        started.phase = .starting
        started.resources = VMResources(try ConfigurationChange.former(of: record).resources)
        started.resources.storage = max(started.resources.storage, record.resources.storage)
        var resting = record
        resting.phase = .stopped
        let others = try others()
        try policy.check(others + [started], before: others + [resting], owner: record.owner)
    }

    /// Refuses to be there again where there is no room for it.
    func requireRoom(as name: VMName) throws(Failure) {
        let policy = policy
        guard policy.hasQuota else { return }
        var recovered = record
        recovered.name = name
        recovered.phase = .stopped
        let others = try others()
        try policy.check(others + [recovered], before: others, owner: record.owner)
    }

    /// Refuses a document that asks for more than the policy allows, or for more than a start could ever be given.
    func requireWithinPolicy(_ next: AIUConfig) throws(Failure) {
        let former = try ConfigurationChange.former(of: record)
        try policy.check(next, after: former)
        guard next.resources != former.resources else { return }
        var started = record
        started.phase = .starting
        started.resources = VMResources(next.resources)
        var present = started
        present.resources = VMResources(former.resources)
        try policy.check([started], before: [present], owner: record.owner)
    }

    private func others() throws(Failure) -> [VMRecord] {
        try effects.allVMs().filter { $0.id != id && $0.phase != .deleted }
    }
}
