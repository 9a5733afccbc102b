package import AIUModel
internal import AIUNetLink
internal import AIUSystem
internal import AIUWire

/// All VMs' proxies, on one event loop's thread, which lives as long as the supervisor: they end with it.
package actor EgressPrograms: EgressControl {
    private nonisolated let executor: LoopExecutor
    private let settings: EgressSettings
    private let folder: SecretFolder
    private let hub = EgressHub()
    private var programs: [VMID: EgressProgram] = [:]
    /// Of VMs that have a network card, or should.
    private var cards: [VMID: CardKeeper] = [:]
    private var counting: TimerID?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    package init(_ settings: EgressSettings) throws(Failure) {
        self.settings = settings
        do throws(SystemError) {
            executor = try LoopExecutor(name: "egress")
            try Files.makeFolder(settings.folder, mode: 0o700)
            folder = try SecretFolder(settings.secretsFolder, settings.seal)
        } catch {
            throw Failure(.unavailable, "cannot prepare what VMs may reach: \(error)")
        }
        for secret in try folder.read() { hub.secrets[secret.name] = secret }
        cards = CardKeeper.all(settings)
    }

    private var loop: EventLoop { unsafe executor.loop }

    package func apply(_ rules: EgressRules, to id: VMID, in project: String?) async -> EgressState {
        // Before the proxy, whose start takes longer.
        follow(rules, id)
        if let problem = prepare(id, project, rules) { return withCard(EgressState(problem: problem), id) }
        guard let program = programs[id] else { return EgressState() }
        let state = await withCheckedContinuation { continuation in
            program.apply(rules) { continuation.resume(returning: $0) }
        }
        return withCard(state, id)
    }

    /// Why there is no program; nil when there is one.
    private func prepare(_ id: VMID, _ project: String?, _ rules: EgressRules) -> String? {
        guard programs[id] == nil else { return nil }
        do throws(Failure) {
            programs[id] = try EgressProgram(id, of: project, rules, settings, hub, loop: loop)
            return nil
        } catch {
            return error.message
        }
    }

    package func end(_ id: VMID) async {
        cards[id]?.close()
        guard let program = programs.removeValue(forKey: id) else { return }
        await withCheckedContinuation { continuation in
            program.end { continuation.resume() }
        }
    }

    package func forget(_ id: VMID) async {
        await end(id)
        await dropCard(of: id)
        hub.finish(id)
        do throws(SystemError) {
            try EgressLog.remove(logPath(id))
            try Files.remove("\(settings.folder)/\(id).json")
        } catch {
            Log("egress").warning("what a deleted VM reached is still kept: \(error)")
        }
    }

    package func state(of id: VMID) async -> EgressState? {
        programs[id].map { withCard($0.current, id) }
    }

    package func counters(of id: VMID) async -> EgressCounters? { used(by: id) }

    private func used(by id: VMID) -> EgressCounters? {
        programs[id].map(\.counters) ?? CounterFile(path: "\(settings.folder)/\(id).json").read()
    }

    // MARK: Cards

    package func makeCard(_ rules: EgressRules, of id: VMID) async -> NetworkCard? {
        let keeper = cards[id] ?? CardKeeper(id, settings)
        cards[id] = keeper
        let taken = Set(cards.filter { $0.key != id }.values.compactMap { $0.card?.address })
        defer { countLater() }
        return keeper.make(NetworkCard(id, taken: taken), rules, used(by: id))
    }

    package func dropCard(of id: VMID) async {
        guard let keeper = cards[id], keeper.drop() else { return countLater() }
        cards[id] = nil
    }

    package func keepCards(of running: Set<VMID>) async {
        for id in Array(cards.keys) where !running.contains(id) { await dropCard(of: id) }
        countLater()
    }

    private func follow(_ rules: EgressRules, _ id: VMID) {
        if cards[id] == nil {
            // Nearly no VM asks for one.
            if case .none = CardRules.verdict(rules) { return }
            cards[id] = CardKeeper(id, settings)
        }
        cards[id]?.follow(rules, used(by: id))
        countLater()
    }

    private func withCard(_ state: EgressState, _ id: VMID) -> EgressState {
        var state = state
        guard let keeper = cards[id] else { return state }
        state.card = keeper.isOpen ? keeper.card : nil
        state.cardProblem = keeper.problem
        return state
    }

    private func countLater() {
        guard counting == nil, cards.values.contains(where: { $0.isOpen || $0.isDropped }) else { return }
        counting = loop.after(settings.countCardsEvery) { [weak self] in
            Task { await self?.countCards() }
        }
    }

    private func countCards() {
        counting = nil
        for (id, keeper) in cards where keeper.isDropped && keeper.drop() { cards[id] = nil }
        if cards.values.contains(where: \.isOpen) {
            do throws(NetProblem) {
                let all = try settings.networks.get().count()
                for (id, keeper) in cards {
                    if let use = keeper.news(all, used(by: id)) { programs[id]?.spend(use) }
                    keeper.obeyQuota(used(by: id))
                }
            } catch {
                Log("egress").warning("what passes network cards is not counted: \(error)")
            }
        }
        countLater()
    }

    /// For `aiu doctor`; nil where the program is missing.
    package static func examine(_ programs: EgressPrograms?) async -> [HealthCheck] {
        guard let programs else {
            return [
                HealthCheck(
                    "network", .warning, "aiu-egress is missing, so no VM can reach anything",
                    remedy: "build it with `make build`, or reinstall the package")
            ]
        }
        return [await programs.examineProxies(), programs.examineCards()]
    }

    private func examineProxies() -> HealthCheck {
        guard problems.isEmpty else {
            return HealthCheck(
                "network", .bad, problems.joined(separator: "; "),
                remedy: "`aiu net top` and `aiu net show VM` say which VMs; the log of aiud says more")
        }
        return HealthCheck("network", .good, "VMs that may reach something do so through a proxy\(secretsAreOpen)")
    }

    private nonisolated func examineCards() -> HealthCheck {
        do throws(NetProblem) {
            _ = try settings.networks.get().count()
            return HealthCheck("network cards", .good, "VMs can have cards, and proxies in network namespaces")
        } catch {
            return HealthCheck(
                "network cards", .warning, "no VM can have a card, or a proxy in a network namespace: \(error)")
        }
    }

    private var secretsAreOpen: String {
        guard !hub.secrets.isEmpty else { return "" }
        return settings.seal == nil ? "; secrets are kept unencrypted" : "; secrets are kept under the host's key"
    }

    private var problems: [String] { Array(Set(programs.values.compactMap(\.current.problem))).sorted() }

    // MARK: Decisions

    package func decisions(of id: VMID, limit: Int) async throws(Failure) -> [EgressDecision] {
        do throws(SystemError) {
            return try EgressLog.read(logPath(id), limit: limit)
        } catch {
            throw Failure(.internalError, "the decisions cannot be read: \(error)")
        }
    }

    package func decisionStream(of id: VMID) async -> AsyncStream<EgressDecision> {
        hub.listen(to: id) { [weak self] number in
            Task { await self?.dropListener(number, of: id) }
        }
    }

    private func dropListener(_ number: Int, of id: VMID) { hub.drop(number, of: id) }

    private func logPath(_ id: VMID) -> String { "\(settings.folder)/\(id).jsonl" }

    // MARK: The way in

    package func attempt(_ request: [UInt8], of id: VMID, within limit: Duration) async throws(Failure) -> [UInt8] {
        let path = "\(settings.runDirectory)/vm/\(id)/guest_\(WireProtocol.proxyPort)"
        let loop = loop
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<[UInt8], Failure>, Never>) in
            do throws(SystemError) {
                _ = try EgressAttempt(request, at: path, limit: limit, loop: loop) {
                    continuation.resume(returning: $0)
                }
            } catch {
                continuation.resume(
                    returning: .failure(Failure(.unavailable, "its proxy cannot be reached: \(error)")))
            }
        }
        return try result.get()
    }

    // MARK: Secrets

    package func secrets() async throws(Failure) -> [SecretSummary] {
        hub.secrets.values.sorted { $0.name < $1.name }.map { SecretSummary($0) }
    }

    package func set(_ secret: EgressSecret) async throws(Failure) {
        guard hub.secrets[secret.name] != nil || hub.secrets.count < SecretFolder.most else {
            throw Failure(.conflict, "there are \(SecretFolder.most) secrets already; `aiu secret rm` removes one")
        }
        try folder.write(secret)
        hub.secrets[secret.name] = secret
        for program in programs.values { program.set(secret) }
    }

    package func removeSecret(_ name: String) async throws(Failure) -> Bool {
        guard hub.secrets[name] != nil else { return false }
        try folder.remove(name)
        hub.secrets[name] = nil
        for program in programs.values { program.forget(secret: name) }
        return true
    }
}
