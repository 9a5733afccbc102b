internal import Synchronization

/// Who logged in from where, rightly, within a day: neither names nor places are secret, so this lets nobody in.
final class ProvenLogins: Sendable {
    private static let life: Duration = .seconds(86_400)
    private static let most = 4096

    private let known = Mutex<[String: ContinuousClock.Instant]>([:])

    func contains(_ name: String, _ place: String) -> Bool {
        known.withLock { $0[Self.key(name, place)].map { $0 > .now } ?? false }
    }

    func note(_ name: String, _ place: String) {
        known.withLock { known in
            if known.count >= Self.most { known = known.filter { $0.value > .now } }
            if known.count >= Self.most { known = [:] }
            known[Self.key(name, place)] = .now + Self.life
        }
    }

    private static func key(_ name: String, _ place: String) -> String { "\(place)\u{0}\(name)" }
}
