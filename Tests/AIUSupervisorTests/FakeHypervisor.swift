import AIUModel
import Synchronization

/// A hypervisor whose machines are names in a set.
final class FakeHypervisor: Hypervisor {
    struct State {
        var running: Set<VMID> = []
        var paused: Set<VMID> = []
        var boots = 0
        /// With which models, in the order of the boots.
        var models: [[ModelDisk]] = []
        /// Whether they were given a key, in the same order.
        var encrypted: [Bool] = []
        var refusal: Failure?
        var destroyed: [VMID] = []
        /// What ends are answered with, one after another, and whether the machine ends all the same.
        var refusedEnds: [(failure: Failure, ends: Bool)] = []
        /// The same for pauses.
        var refusedPauses: [(failure: Failure, ends: Bool)] = []
    }

    let state = Mutex(State())
    let beforePause = Mutex<(@Sendable () async -> Void)?>(nil)
    private let listener = Mutex<AsyncStream<HypervisorEvent>.Continuation?>(nil)
    /// Called after a machine booted: the guest's side of the play.
    private let onBoot: @Sendable (VMID) -> Void

    init(onBoot: @escaping @Sendable (VMID) -> Void) {
        self.onBoot = onBoot
    }

    func boot(_ machine: MachineDescription) async throws(Failure) {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        state.withLock {
            $0.running.insert(machine.id)
            $0.boots += 1
            $0.models.append(machine.models)
            $0.encrypted.append(machine.diskKey != nil)
        }
        onBoot(machine.id)
    }

    func destroy(_ id: VMID) async throws(Failure) {
        let refused = state.withLock { $0.refusedEnds.isEmpty ? nil : $0.refusedEnds.removeFirst() }
        if let refused {
            if refused.ends { end(id, .destroyed) }
            throw refused.failure
        }
        state.withLock {
            $0.running.remove(id)
            $0.paused.remove(id)
            $0.destroyed.append(id)
        }
        tell(HypervisorEvent(id: id, ending: .destroyed))
    }

    func pause(_ id: VMID) async throws(Failure) {
        await beforePause.withLock { $0 }?()
        let refused = state.withLock { $0.refusedPauses.isEmpty ? nil : $0.refusedPauses.removeFirst() }
        if let refused {
            if refused.ends { end(id, .crashed) }
            throw refused.failure
        }
        let runs = state.withLock { state in
            guard state.running.contains(id) else { return false }
            state.paused.insert(id)
            return true
        }
        guard runs else { throw Failure(.notFound, "it does not run") }
    }

    func resume(_ id: VMID) async throws(Failure) {
        let runs = state.withLock { state in
            state.paused.remove(id)
            return state.running.contains(id)
        }
        guard runs else { throw Failure(.notFound, "it does not run") }
    }

    func pausedMachines() async throws(Failure) -> Set<VMID> { state.withLock { $0.paused } }

    func runningMachines() async throws(Failure) -> Set<VMID> { state.withLock { $0.running } }

    func accelerator(for image: BaseImage) async throws(Failure) -> Accelerator {
        Accelerator(kind: .tcg, reason: "a test")
    }

    func end(_ id: VMID, _ ending: HypervisorEvent.Ending) {
        state.withLock {
            $0.running.remove(id)
            $0.paused.remove(id)
        }
        tell(HypervisorEvent(id: id, ending: ending))
    }

    func stall(_ id: VMID) {
        state.withLock { _ = $0.paused.insert(id) }
        tell(HypervisorEvent(id: id, change: .stalled))
    }

    /// Whoever listened was killed.
    func deafen() { listener.withLock { $0 = nil } }

    /// A new listener takes the place of the former: a supervisor that ended hears nothing more.
    var events: AsyncStream<HypervisorEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: HypervisorEvent.self)
        listener.withLock { $0 = continuation }
        return stream
    }

    private func tell(_ event: HypervisorEvent) { _ = listener.withLock { $0 }?.yield(event) }
}
