import AIUModel
import Synchronization

/// Proxies that take all rules at once.
final class FakeEgress: EgressControl {
    struct State {
        var rules: [VMID: [EgressRules]] = [:]
        var reachable: Set<VMID> = []
        var ended: [VMID] = []
        var cards: [VMID: NetworkCard] = [:]
        var forgotten: [VMID] = []
        var problem: String?
        var secrets: [String: EgressSecret] = [:]
        var requests: [[UInt8]] = []
    }

    let state = Mutex(State())

    func apply(_ rules: EgressRules, to id: VMID, in project: String?) async -> EgressState {
        state.withLock {
            $0.rules[id, default: []].append(rules)
            guard $0.problem == nil else { return EgressState(problem: $0.problem) }
            $0.reachable.insert(id)
            return EgressState(sequence: rules.sequence, cut: 1, authority: [1, 2, 3])
        }
    }

    func makeCard(_ rules: EgressRules, of id: VMID) async -> NetworkCard? {
        state.withLock {
            let card = NetworkCard(id, taken: [])
            $0.cards[id] = card
            return card
        }
    }

    func dropCard(of id: VMID) async { state.withLock { $0.cards[id] = nil } }
    func keepCards(of running: Set<VMID>) async {
        state.withLock { state in state.cards = state.cards.filter { running.contains($0.key) } }
    }

    func end(_ id: VMID) async {
        state.withLock {
            if $0.reachable.remove(id) != nil { $0.ended.append(id) }
        }
    }

    func forget(_ id: VMID) async { state.withLock { $0.forgotten.append(id) } }

    func state(of id: VMID) async -> EgressState? {
        state.withLock { $0.reachable.contains(id) ? EgressState(sequence: $0.rules[id]?.last?.sequence) : nil }
    }

    func decisions(of id: VMID, limit: Int) async throws(Failure) -> [EgressDecision] { [] }
    func decisionStream(of id: VMID) async -> AsyncStream<EgressDecision> { AsyncStream { $0.finish() } }

    func counters(of id: VMID) async -> EgressCounters? { EgressCounters(day: 0, bytesToday: 400_000) }

    func attempt(_ request: [UInt8], of id: VMID, within limit: Duration) async throws(Failure) -> [UInt8] {
        state.withLock { $0.requests.append(request) }
        return Array("HTTP/1.1 403 Forbidden\r\n\r\n".utf8)
    }

    func secrets() async throws(Failure) -> [SecretSummary] {
        state.withLock { state in
            state.secrets.values.map { SecretSummary($0) }
        }
    }
    func set(_ secret: EgressSecret) async throws(Failure) { state.withLock { $0.secrets[secret.name] = secret } }
    func removeSecret(_ name: String) async throws(Failure) -> Bool {
        state.withLock { $0.secrets.removeValue(forKey: name) != nil }
    }
}
