internal import AIUModel

/// What VMs may reach. None of it is a step: whatever connects for a VM ends with its supervisor, however that ends, and
/// the next one starts it anew.
extension Effects {
    func applyNetwork(_ rules: EgressRules, to id: VMID, in project: String?) async -> EgressState {
        guard !areOver, let egress = seams.egress else {
            return EgressState(problem: "this supervisor has no way to the network")
        }
        let state = await egress.apply(rules, to: id, in: project)
        await seams.links.trust(state.authority, in: id)
        await seams.links.use(state.card, in: id)
        return state
    }

    func endNetwork(of id: VMID) async {
        await seams.egress?.end(id)
        await seams.links.use(nil, in: id)
    }

    func makeCard(_ rules: EgressRules, of id: VMID) async -> NetworkCard? {
        guard !areOver else { return nil }
        return await seams.egress?.makeCard(rules, of: id)
    }

    func dropCard(of id: VMID) async { await seams.egress?.dropCard(of: id) }

    func keepCards(of running: Set<VMID>) async { await seams.egress?.keepCards(of: running) }

    func forgetNetwork(of id: VMID) async { await seams.egress?.forget(id) }

    var hasNetwork: Bool { seams.egress != nil }

    func egress() throws(Failure) -> any EgressControl {
        guard let egress = seams.egress else {
            throw Failure(.unsupported, "this supervisor has no way to the network")
        }
        return egress
    }
}
