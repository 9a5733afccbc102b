internal import Synchronization

/// What all requests share, such as memory for bodies: one that finds none left is refused instead of served later.
final class Budget: Sendable {
    private let left: Mutex<Int>

    init(_ total: Int) { left = Mutex(total) }

    func take(_ count: Int) -> Bool {
        left.withLock { left in
            guard left >= count else { return false }
            left -= count
            return true
        }
    }

    func giveBack(_ count: Int) { left.withLock { $0 += count } }
}
