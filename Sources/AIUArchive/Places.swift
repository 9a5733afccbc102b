internal import Synchronization

/// How many copies may be on their way at once.
final class Places: Sendable {
    /// One of them, free again when nobody holds it any more.
    final class Place: Sendable {
        private let places: Places

        fileprivate init(_ places: Places) { self.places = places }

        deinit { places.taken.withLock { $0 -= 1 } }
    }

    private let taken = Mutex(0)

    func take() -> Place? {
        let isFree = taken.withLock { taken in
            guard taken < ArchiveService.mostAtOnce else { return false }
            taken += 1
            return true
        }
        return isFree ? Place(self) : nil
    }
}
