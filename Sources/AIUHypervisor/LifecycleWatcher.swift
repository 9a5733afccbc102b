package import AIUModel
internal import Synchronization

/// Turns libvirt's changes into what happened to our machines: one ending for each, and stalls.
package final class LifecycleWatcher: Sendable {
    /// More than any host runs machines; the oldest go first should nobody listen.
    static let bufferedEvents = 4096

    package let events: AsyncStream<HypervisorEvent>
    private let continuation: AsyncStream<HypervisorEvent>.Continuation
    private let machines = Mutex(Machines())

    private struct Machines {
        var running: Set<VMID> = []
        /// A panic is followed by a stop that no longer tells of it.
        var panicked: Set<VMID> = []
    }

    package init() {
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferedEvents))
    }

    package func heard(_ change: LifecycleChange, of name: String) {
        guard let id = MachineIdentity.id(ofDomain: name) else { return }
        switch change {
        case .started:
            machines.withLock {
                $0.panicked.remove(id)
                $0.running.insert(id)
            }
        case .panicked: _ = machines.withLock { $0.panicked.insert(id) }
        case .stopped(let ending):
            let afterPanic = machines.withLock {
                $0.running.remove(id)
                return $0.panicked.remove(id) != nil
            }
            continuation.yield(HypervisorEvent(id: id, ending: afterPanic ? .panicked : ending))
        case .stalled: continuation.yield(HypervisorEvent(id: id, change: .stalled))
        case .other: break
        }
    }

    /// The machines that are believed to run.
    package var running: Set<VMID> { machines.withLock { $0.running } }

    /// What a look at libvirt showed, after a time in which nothing could be heard. Whoever was `believed` to run before
    /// the look and was not seen has ended; nobody can tell how.
    package func saw(running names: [String], stalled: [String], believed: Set<VMID>) {
        let seen = Set(names.compactMap(MachineIdentity.id(ofDomain:)))
        let gone = machines.withLock { machines in
            // What was heard of since needs no second word.
            let gone = believed.subtracting(seen).intersection(machines.running)
            machines.running.subtract(gone)
            machines.panicked.subtract(gone)
            machines.running.formUnion(seen)
            return gone
        }
        for id in gone.sorted() { continuation.yield(HypervisorEvent(id: id, ending: .crashed)) }
        for id in stalled.compactMap(MachineIdentity.id(ofDomain:)) {
            continuation.yield(HypervisorEvent(id: id, change: .stalled))
        }
    }

    package func finish() { continuation.finish() }
}
