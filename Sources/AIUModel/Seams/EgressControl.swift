/// The programs that connect for VMs: one a VM, only while it may reach anything. What cannot be carried out leaves the
/// VM without a way out, so nothing here fails but reading.
package protocol EgressControl: Sendable {
    /// Makes these be the rules of a VM. When it returns they hold and connections that they do not allow are cut, or
    /// nothing can be reached. Rules older than those that were given last change nothing.
    /// Of the secrets it gets those that are for the VM, or for its project.
    func apply(_ rules: EgressRules, to id: VMID, in project: String?) async -> EgressState
    /// Nothing can be reached when it returns.
    func end(_ id: VMID) async
    /// Makes a network card for a machine that is about to start, with these rules in force; nil, and the reason in its state,
    /// where that cannot be done.
    func makeCard(_ rules: EgressRules, of id: VMID) async -> NetworkCard?
    /// Its machine has ended: nothing is left of its card.
    func dropCard(of id: VMID) async
    /// Nothing is left of the cards of machines that ended while nobody looked.
    func keepCards(of running: Set<VMID>) async
    /// The VM is no more: nothing that it did is kept.
    func forget(_ id: VMID) async
    /// Nil while nothing can be reached.
    func state(of id: VMID) async -> EgressState?
    /// The newest decisions, the oldest of them first; also of a VM that does not run.
    func decisions(of id: VMID, limit: Int) async throws(Failure) -> [EgressDecision]
    /// Decisions from now on. A reader that falls behind loses the oldest.
    func decisionStream(of id: VMID) async -> AsyncStream<EgressDecision>
    /// What the VM has used, also while it does not run.
    func counters(of id: VMID) async -> EgressCounters?
    /// Asks the VM's proxy what a guest would ask, and gives the head of its answer.
    func attempt(_ request: [UInt8], of id: VMID, within limit: Duration) async throws(Failure) -> [UInt8]

    /// VMs by their identifiers.
    func secrets() async throws(Failure) -> [SecretSummary]
    /// Adds a secret, or replaces the one of that name; proxies of VMs that it is not for forget it.
    func set(_ secret: EgressSecret) async throws(Failure)
    /// False when there is none of that name.
    func removeSecret(_ name: String) async throws(Failure) -> Bool
}
