internal import Synchronization

/// One of the operations that may be open at once, taken before the upgrade so that the crowd is refused in HTTP.
final class OperationPlace: Sendable {
    private let places: Budget
    private let isGivenBack = Atomic(false)

    init?(_ places: Budget) {
        guard places.take(1) else { return nil }
        self.places = places
    }

    /// An upgrade that never happens forgets its place; that counts too.
    deinit { giveBack() }

    func giveBack() {
        if !isGivenBack.exchange(true, ordering: .relaxed) { places.giveBack(1) }
    }
}
