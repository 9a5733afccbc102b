import AIUSystem
import Glibc
import Synchronization

/// Something that happened on another thread.
final class Flag: Sendable {
    private let up = Atomic(false)
    var isUp: Bool { up.load(ordering: .acquiring) }
    func raise() { up.store(true, ordering: .releasing) }
}
