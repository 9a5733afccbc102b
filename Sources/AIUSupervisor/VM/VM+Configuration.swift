internal import AIUModel
internal import AIUWire

/// What it lives by, and how that is changed while it runs and while it does not.
extension VM {
    static let configureLimit: Duration = .seconds(10)
    private static let shortestOrder: Duration = .seconds(1)

    var configuration: ConfigurationView {
        get throws(Failure) {
            let config = try ConfigurationChange.former(of: record)
            return ConfigurationView(
                document: record.configuration, digest: record.configurationDigest,
                revision: record.configurationRevision, digestInGuest: lifecycle.hello?.configurationDigest,
                waiting: ConfigPlan.waiting(config, startedWith: record.resources)
                    + (modelsWait ? ["custom_parameters.models"] : []))
        }
    }

    func configurationHistory(limit: Int) throws(Failure) -> [ConfigurationRevision] {
        try effects.revisions(of: id, limit: max(1, min(limit, 1000)))
    }

    /// Says what a change would do, or carries it out: wholly or not at all.
    func apply(_ request: ApplyConfiguration) async throws(Failure) -> ConfigurationOutcome {
        if request.dryRun != true { await waitForAgent(atMost: settings.redialPatience) }
        do {
            let change = try ConfigurationChange(request, to: record, isRunning: record.phase.isActive) {
                (number: Int) throws(Failure) in
                try effects.revisions(of: id, limit: 1000).first { $0.revision == number }?.document
            }
            // Said now, though it matters only when it starts: who changes it is there to hear it.
            if change.concernsModels { _ = try effects.modelChoice(for: change.next, under: policy) }
            try requireWithinPolicy(change.next)
            if request.dryRun == true { return outcome(change, dryRun: true) }
            try change.requirePossible()
            if change.plan.isEmpty { return outcome(change) }
            try requireConfigurable()
            isConfiguring = true
            defer { isConfiguring = false }
            let limit = request.timeoutMilliseconds.map { Duration.milliseconds(max(100, min($0, 600_000))) }
            if lifecycle.phase == .running {
                try await applyLive(change, limit: limit ?? Self.configureLimit)
            } else {
                try await applyAtRest(change)
            }
            return outcome(change)
        } catch {
            throw explained(error, "change the configuration of")
        }
    }

    private func outcome(_ change: ConfigurationChange, dryRun: Bool = false) -> ConfigurationOutcome {
        ConfigurationOutcome(
            dryRun: dryRun, changes: change.plan.changes, revision: record.configurationRevision,
            confirmed: !dryRun && lifecycle.hello?.configurationDigest == record.configurationDigest)
    }

    private func requireConfigurable() throws(Failure) {
        switch lifecycle.phase {
        case .stopped, .failed: break
        case .running, .paused: try requireAgent()
        case .creating, .starting, .stopping, .deleting, .deleted:
            throw Failure(.busy, "it is \(record.phase.rawValue); try again in a moment")
        }
        try requireIdle()
        try requireSteadyConfiguration()
    }

    func requireSteadyConfiguration() throws(Failure) {
        if isConfiguring { throw Failure(.busy, "its configuration is being changed; try again in a moment") }
    }

    /// The database first, then the guest, which may refuse; without its word nothing has changed.
    private func applyLive(_ change: ConfigurationChange, limit: Duration) async throws(Failure) {
        let former = record
        let revision = try begin(change)
        do {
            try await push(within: limit)
        } catch {
            await undo(revision, former, error)
            throw Failure(error.reason, "\(error.message); nothing is changed")
        }
        try noteInForce()
        await announce(change)
    }

    /// The guest finds the document when it starts. A disk that cannot be written now is written then.
    private func applyAtRest(_ change: ConfigurationChange) async throws(Failure) {
        try await borrowDisk(live: false, otherwise: "")
        do {
            var revision = try begin(change)
            var onDisk = record.configurationOnDisk
            do {
                try await effects.writeConfiguration(
                    Array(record.configuration.utf8), of: id, over: record.configurationOnDisk)
                onDisk = record.configurationDigest
            } catch {
                host.log("\(record.name): its disk gets revision \(revision.revision) when it starts: \(error)")
            }
            revision.state = .waiting
            try save(revision) { $0.configurationOnDisk = onDisk }
        } catch {
            await returnDisk()
            throw error
        }
        await returnDisk()
        await announce(change)
    }

    /// Writes the intent: a supervisor that finds it pending settles it with the guest.
    private func begin(_ change: ConfigurationChange) throws(Failure) -> ConfigurationRevision {
        let document = change.next.canonicalBytes
        let newest = try effects.revisions(of: id, limit: 1).first?.revision ?? 0
        let revision = ConfigurationRevision(
            revision: max(newest, record.configurationRevision) + 1, time: host.clock(), state: .pending,
            document: String(decoding: document, as: UTF8.self), digest: host.digest(document), note: change.note)
        try save(revision) {
            $0.configuration = revision.document
            $0.configurationDigest = revision.digest
            $0.configurationRevision = revision.revision
        }
        return revision
    }

    private func undo(_ revision: ConfigurationRevision, _ former: VMRecord, _ why: Failure) async {
        var revision = revision
        revision.state = .refused
        revision.note = why.message
        do {
            try save(revision) {
                $0.configuration = former.configuration
                $0.configurationDigest = former.configurationDigest
                $0.configurationRevision = former.configurationRevision
            }
        } catch {
            // It stays pending, and is settled when the agent says hello the next time.
            return host.log("\(record.name): revision \(revision.revision) could not be undone: \(error)")
        }
        beginFollowingNetwork()
        await hub.post(.configurationRefused, record, detail: "revision \(revision.revision): \(why.message)")
        guard why.reason != .invalid, var hello = lifecycle.hello else { return }
        // A guest that gave no answer may live by the new document all the same.
        hello.configurationDigest = ""
        advance(.agentReady(hello))
        Task { await self.converge() }
    }

    private func announce(_ change: ConfigurationChange) async {
        await followNetwork()
        let fields = change.plan.changes.map(\.field).joined(separator: ", ")
        await hub.post(
            .configured, record, detail: "revision \(record.configurationRevision): \(String(fields.prefix(1000)))")
    }

    /// Has the guest live by what the row says. An order whose connection ended before its answer may have been carried
    /// out or not: the hello of the next connection tells, and what was not is sent once more.
    private func push(within limit: Duration) async throws(Failure) {
        let deadline = ContinuousClock.now + limit
        let known = hellos.count
        do {
            return try await order(within: limit)
        } catch {
            guard error.reason == .unavailable else { throw error }
            guard let hello = await hello(after: known, until: deadline) else { throw lostForGood(error) }
            let isThere = hello.configurationDigest == record.configurationDigest
            host.log(
                "\(record.name): the agent was lost before it confirmed revision \(record.configurationRevision); it is "
                    + (isThere ? "in force all the same" : "sent again"))
            if isThere { return }
        }
        // An agent that is there gets a moment to answer, also when it came late.
        try await order(within: max(deadline - .now, Self.shortestOrder))
    }

    private func lostForGood(_ failure: Failure) -> Failure {
        switch lifecycle.phase {
        case .running, .starting: failure
        case .paused: Failure(.conflict, "it was paused before its guest confirmed")
        case .creating, .stopped, .stopping, .failed, .deleting, .deleted:
            Failure(.conflict, "it was stopped before its guest confirmed")
        }
    }

    /// Sends what the row says to the guest, and takes nothing but its confirmation of exactly that.
    private func order(within limit: Duration) async throws(Failure) {
        let digest = record.configurationDigest
        let answer = try await effects.configure(
            id, revision: record.configurationRevision, document: Array(record.configuration.utf8), within: limit)
        if let refusal = answer.refusal {
            throw Failure(.invalid, "the guest refuses it: \(refusal.inOneLine)")
        }
        guard answer.digest == digest else {
            throw Failure(.damaged, "the guest confirmed another document than the one that was sent")
        }
        if var hello = lifecycle.hello {
            hello.configurationDigest = digest
            hello.configurationProblem = nil
            advance(.agentReady(hello))
        }
    }
}

extension VM {
    /// Brings a guest in line that came up, or back, with another document than its row's, and notes that the row's
    /// is in force. What the guest refuses and never had gives way to what it had before.
    func settle(_ hello: Hello) async throws(Failure) -> Hello {
        guard !isConfiguring else { return hello }
        isConfiguring = true
        defer { isConfiguring = false }
        var hello = hello
        if hello.configurationDigest != record.configurationDigest {
            do {
                try await push(within: Self.configureLimit)
                host.log("\(record.name): the guest had another configuration and was given its own")
            } catch {
                guard error.reason == .invalid, try await giveWay(to: hello.configurationDigest, error) else {
                    throw Failure(
                        error.reason == .invalid ? .damaged : error.reason,
                        "the configuration in the guest is not its own and could not be put right: \(error.message)")
                }
            }
            hello.configurationDigest = record.configurationDigest
            hello.configurationProblem = nil
        }
        try noteInForce()
        return hello
    }

    /// Tries once more what was not answered; the next hello is the next chance.
    func converge() async {
        guard let hello = lifecycle.hello else { return }
        do {
            _ = try await settle(hello)
        } catch {
            host.log("\(record.name): \(error)")
        }
    }

    /// Goes back to the revision that the guest lives by, when the row's was never in force.
    private func giveWay(to digest: String, _ why: Failure) async throws(Failure) -> Bool {
        let revisions = try effects.revisions(of: id, limit: 1000)
        guard var refused = revisions.first(where: { $0.revision == record.configurationRevision }),
            refused.state == .pending || refused.state == .waiting,
            let former = revisions.first(where: { $0.digest == digest && $0.state != .refused && $0 != refused })
        else { return false }
        refused.state = .refused
        refused.note = why.message
        try save(refused) {
            $0.configuration = former.document
            $0.configurationDigest = former.digest
            $0.configurationRevision = former.revision
        }
        beginFollowingNetwork()
        await hub.post(.configurationRefused, record, detail: "revision \(refused.revision): \(why.message)")
        return true
    }

    /// What was pending or waiting is in force now, as far as the VM has what it asks for.
    private func noteInForce() throws(Failure) {
        if record.configurationRevision > 1 {
            let waits = !ConfigPlan.waiting(
                try ConfigurationChange.former(of: record), startedWith: record.resources
            ).isEmpty
            for var revision in try effects.revisions(of: id, limit: 1000) {
                guard revision.state == .pending || revision.state == .waiting else { continue }
                let isCurrent = revision.revision == record.configurationRevision
                let next: ConfigurationRevision.State = isCurrent && waits ? .waiting : .applied
                guard next != revision.state else { continue }
                revision.state = next
                try save(revision)
            }
        }
        try remember { $0.configurationOnDisk = $0.configurationDigest }
    }

    /// An apply that was cut off while the VM did not run: the row holds, and the next start shows whether the guest
    /// takes it.
    func settleAtRest() throws(Failure) {
        guard record.configurationRevision > 1 else { return }
        for var revision in try effects.revisions(of: id, limit: 1) where revision.state == .pending {
            revision.state = .waiting
            try save(revision)
        }
    }

    /// Gives it what its configuration asks for, before it starts. A disk never becomes smaller.
    func followResources() async throws(Failure) {
        var wanted = VMResources(try ConfigurationChange.former(of: record).resources)
        wanted.storage = max(wanted.storage, record.resources.storage)
        guard wanted != record.resources else { return }
        if wanted.storage > record.resources.storage { try await effects.growDisk(of: id, to: wanted.storage) }
        try remember { $0.resources = wanted }
    }
}

extension String {
    /// A guest's words: nothing in them that a terminal would obey.
    fileprivate var inOneLine: String {
        String(
            String.UnicodeScalarView(unicodeScalars.map { $0.value < 32 || (127..<160).contains($0.value) ? " " : $0 }))
    }
}
