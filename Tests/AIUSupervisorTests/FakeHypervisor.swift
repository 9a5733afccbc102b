import AIUModel
import Synchronization

/// A hypervisor whose machines are names in a set.
final class FakeHypervisor: Hypervisor {
    struct State {
        var running: Set<VMID> = []
        var boots = 0
        var refusal: Failure?
        var destroyed: [VMID] = []
    }

    let state = Mutex(State())
    let events: AsyncStream<HypervisorEvent>
    private let news: AsyncStream<HypervisorEvent>.Continuation
    /// Called after a machine booted: the guest's side of the play.
    private let onBoot: @Sendable (VMID) -> Void

    init(onBoot: @escaping @Sendable (VMID) -> Void) {
        (events, news) = AsyncStream.makeStream()
        self.onBoot = onBoot
    }

    func boot(_ machine: MachineDescription) async throws(Failure) {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        state.withLock {
            $0.running.insert(machine.id)
            $0.boots += 1
        }
        onBoot(machine.id)
    }

    func destroy(_ id: VMID) async throws(Failure) {
        state.withLock {
            $0.running.remove(id)
            $0.destroyed.append(id)
        }
        news.yield(HypervisorEvent(id: id, ending: .destroyed))
    }

    func runningMachines() async throws(Failure) -> Set<VMID> { state.withLock { $0.running } }

    func accelerator(for image: BaseImage) async throws(Failure) -> Accelerator {
        Accelerator(kind: .tcg, reason: "a test")
    }

    func end(_ id: VMID, _ ending: HypervisorEvent.Ending) {
        state.withLock { _ = $0.running.remove(id) }
        news.yield(HypervisorEvent(id: id, ending: ending))
    }
}
