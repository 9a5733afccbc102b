internal import AIUSystem
internal import Glibc
internal import Synchronization

/// What stands between an agent that speaks and a client that listens: how much was said and not heard yet.
final class Backlog: Sendable {
    private let count = Atomic(0)
    private let left = Atomic(false)
    private let machine: FileDescriptor

    /// A descriptor of its own, so that hanging up never hits a stranger's.
    init(_ machine: borrowing FileDescriptor) throws(SystemError) { self.machine = try machine.duplicate() }

    var isFull: Bool { count.load(ordering: .relaxed) >= 64 }
    var isLeft: Bool { left.load(ordering: .acquiring) }

    func add() { count.add(1, ordering: .relaxed) }
    func take() { count.subtract(1, ordering: .relaxed) }

    /// The client listens no more; this ends the work in the VM.
    func leave() {
        left.store(true, ordering: .releasing)
        shutdown(machine.raw, Int32(SHUT_RDWR))
    }
}
