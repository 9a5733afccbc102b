internal import AIUModel

/// What it may reach, while it runs.
extension VM {
    func networkPlan() throws(Failure) -> NetworkPlan {
        let configuration = try ConfigurationChange.former(of: record)
        return NetworkPlan(configuration, within: policy)
    }

    /// Makes what it may reach be what configuration and policy say now; it holds when this returns.
    func followNetwork() async {
        beginFollowingNetwork()
        await networkChange?.value
    }

    /// One change after the other, so that the last one wins.
    func beginFollowingNetwork() {
        guard effects.hasNetwork else { return }
        let former = networkChange
        networkChange = Task {
            await former?.value
            await self.followNetworkOnce()
        }
    }

    private func followNetworkOnce() async {
        guard let plan = reachablePlan else {
            networkRules = nil
            return await effects.endNetwork(of: id)
        }
        let former = networkRules
        guard former?.layers != plan.layers || former?.policyVersion != plan.policyVersion else { return }
        networkSequence += 1
        let rules = plan.rules(networkSequence)
        networkRules = rules
        let state = await effects.applyNetwork(rules, to: id, in: record.project)
        // It may have ended meanwhile, and whoever ended it has found nothing to end yet.
        if reachablePlan == nil {
            networkRules = nil
            return await effects.endNetwork(of: id)
        }
        if let problem = state.problem { host.log("\(record.name): \(problem)") }
        guard former?.layers != plan.layers else { return }
        await hub.post(.networkChanged, record, detail: Self.account(of: plan, state))
    }

    /// A card for the machine that is about to start, with its rules in force; nil for nearly all, which have none.
    func makeCard() async -> NetworkCard? {
        guard effects.hasNetwork, let plan = reachablePlan else { return nil }
        let rules = plan.rules(networkSequence)
        guard case .granted = CardRules.verdict(rules) else { return nil }
        return await effects.makeCard(rules, of: id)
    }

    private static func account(of plan: NetworkPlan, _ state: EgressState) -> String {
        var text = "\(plan.mode.rawValue), policy \(plan.policyVersion)"
        if state.cut > 0 { text += "; connections cut: \(state.cut)" }
        if let problem = state.problem { text += "; nothing can be reached: \(problem)" }
        return String(text.prefix(1000))
    }

    /// Nil when it reaches nothing: it does not run, or nobody lets it.
    private var reachablePlan: NetworkPlan? {
        switch lifecycle.phase {
        case .starting, .running, .paused: break
        case .creating, .stopped, .stopping, .failed, .deleting, .deleted: return nil
        }
        do {
            let plan = try networkPlan()
            return plan.mode == .isolated ? nil : plan
        } catch {
            host.log("\(record.name) reaches nothing: \(error)")
            return nil
        }
    }

    func networkView() async throws(Failure) -> NetworkView {
        let plan = try networkPlan()
        // Without a way to the network nothing was ever counted.
        let egress = try? effects.egress()
        let state = await egress?.state(of: id)
        let counters = await egress?.counters(of: id)
        let today = host.clock() / 86_400_000
        let used = counters.map { $0.day >= today ? $0.bytesToday : 0 } ?? 0
        return NetworkView(
            name: record.name, mode: plan.mode, policyVersion: plan.policyVersion,
            layers: plan.layers.map { NetworkView.Layer(scope: $0.scope, rules: $0.rules) },
            card: state?.card?.address, cardProblem: state?.cardProblem,
            reachable: state?.sequence != nil && state?.problem == nil, problem: state?.problem, counters: counters,
            bytesLeft: plan.limits.bytesPerDay.map { max(0, Int64(clamping: $0.bytes) - used) })
    }
}
