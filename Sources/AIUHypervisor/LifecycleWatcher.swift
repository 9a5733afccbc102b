package import AIUModel
internal import Synchronization

/// Turns libvirt's changes into what happened to our machines: one ending for each, and stalls.
package final class LifecycleWatcher: Sendable {
    /// More than any host runs machines; the oldest go first should nobody listen.
    static let bufferedEvents = 4096

    package let events: AsyncStream<HypervisorEvent>
    private let continuation: AsyncStream<HypervisorEvent>.Continuation
    /// A panic is followed by a stop that no longer tells of it.
    private let panicked = Mutex<Set<VMID>>([])

    package init() {
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferedEvents))
    }

    package func heard(_ change: LifecycleChange, of name: String) {
        guard let id = MachineIdentity.id(ofDomain: name) else { return }
        switch change {
        case .started: _ = panicked.withLock { $0.remove(id) }
        case .panicked: _ = panicked.withLock { $0.insert(id) }
        case .stopped(let ending):
            let afterPanic = panicked.withLock { $0.remove(id) } != nil
            continuation.yield(HypervisorEvent(id: id, ending: afterPanic ? .panicked : ending))
        case .stalled: continuation.yield(HypervisorEvent(id: id, change: .stalled))
        case .other: break
        }
    }

    package func finish() { continuation.finish() }
}
