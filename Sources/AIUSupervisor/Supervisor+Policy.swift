internal import AIUJSON
package import AIUModel
internal import AIUPolicy

extension Supervisor: PolicyControl {
    package nonisolated var book: any PolicyBook { policies }

    package func policy() async throws(Failure) -> PolicyView {
        let (_, version, problem) = policies.present
        return PolicyView(policy: version, file: policies.file.path, problem: problem)
    }

    package func apply(_ request: ApplyPolicy, by author: String) async throws(Failure) -> PolicyOutcome {
        let known = Set(try effects.models().map(\.name))
        let draft: PolicyDraft
        do throws(Failure) {
            draft = try policies.draft(request) { known.contains($0) || ImageModels.contains($0) }
        } catch {
            // The file is what somebody wants to be in force; that it is not, `aiu doctor` says too.
            if request.reload == true, request.dryRun != true { policies.note(rejected: error) }
            throw error
        }
        let (former, current, _) = policies.present
        let version = current.version
        var outcome = PolicyOutcome(
            dryRun: request.dryRun ?? false, version: version, changes: former.changes(to: draft.document), vms: [])
        for view in await list() where view.record.phase.isActive {
            let subject = PolicySubject(
                user: view.record.owner, vm: view.record.name, project: view.record.project)
            let before = policies.effective(subject, under: former, version)
            let changes = before.changes(to: policies.effective(subject, under: draft.document, version))
            if !changes.isEmpty { outcome.vms.append(.init(vm: view.record.name, changes: changes)) }
        }
        if outcome.dryRun { return outcome }
        if draft.isInForce {
            try policies.restoreFile()
            return outcome
        }
        outcome.version = try policies.put(draft, by: author).version
        await followNetworks()
        await hub.post(.policyApplied, detail: "version \(outcome.version), by \(author)")
        return outcome
    }

    package func explain(_ question: ExplainPolicy) async throws(Failure) -> PolicyExplanation {
        if let name = question.subject.vm { _ = try find(name) }
        let (document, current, _) = policies.present
        let version = current.version
        let policy = policies.effective(question.subject, under: document, version)
        return try PolicyExplainer(document, policy).explain(question)
    }

    package func policyHistory(limit: Int) async throws(Failure) -> [PolicyVersion] {
        try policies.store.policyVersions(limit: max(1, min(limit, 1000)))
    }

    package func policyVersion(_ number: Int64) async throws(Failure) -> PolicyVersion {
        guard let version = try policies.store.policyVersion(number) else {
            throw Failure(
                .notFound, "there is no version \(number) of the policy; `aiu policy history` shows those there are")
        }
        return version
    }

    /// The project that a new VM counts in: the one that is asked for, or else the first that its owner is in.
    func project(_ wanted: String?, for owner: VMOwner?) throws(Failure) -> String? {
        let document = policies.present.document
        var own: [String] = []
        if let owner {
            let (subject, stranger) = policies.completed(owner.subject, document)
            if let stranger { throw Failure(.unavailable, PolicyInForce.problem(of: stranger)) }
            own = document.projects(of: subject)
        }
        guard let wanted else { return own.first }
        guard document.projects[wanted] != nil else {
            let hint = NearestName.find(wanted, in: document.projects.keys).map { "; did you mean '\($0)'?" } ?? ""
            throw Failure(.invalid, "the policy has no project '\(wanted.prefix(64))'\(hint)")
        }
        guard owner?.isAdministrator ?? true || own.contains(wanted) else {
            let yours = own.isEmpty ? "you are in none" : "yours: \(own.joined(separator: ", "))"
            throw Failure(.denied, "you are not a member of the project '\(wanted)'; \(yours)")
        }
        return wanted
    }

    /// Refuses a new VM where there is no room for it, or for it to run by itself.
    func requireQuota(for record: VMRecord) throws(Failure) {
        let policy = policies.effective(
            PolicySubject(user: record.owner, vm: record.name, project: record.project))
        guard policy.hasQuota else { return }
        let others = try effects.allVMs().filter { $0.phase != .deleted }
        try policy.check(others + [record], before: others, owner: record.owner)
        var alone = record
        alone.phase = .starting
        try policy.check([alone], before: [], owner: record.owner)
    }
}
