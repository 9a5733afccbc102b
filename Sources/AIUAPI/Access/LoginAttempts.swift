internal import Synchronization

/// Holds those off who try passwords: so many wrong ones of a name from an address, then none for a while.
final class LoginAttempts: Sendable {
    private struct Record {
        var wrong = 0
        var until = ContinuousClock.now
    }

    private static let most = 5
    private static let pause: Duration = .seconds(60)
    private static let mostKept = 4096

    private let records = Mutex<[String: Record]>([:])

    func mayTry(_ key: String) -> Bool {
        records.withLock { records in
            guard let record = records[key] else { return true }
            return record.wrong < Self.most || record.until < .now
        }
    }

    func failed(_ key: String) {
        records.withLock { records in
            if records.count >= Self.mostKept { records = records.filter { $0.value.until > .now } }
            // Whoever can come from thousands of addresses at once is not held off by counting them.
            if records.count >= Self.mostKept { records = [:] }
            var record = records[key] ?? Record()
            if record.until < .now { record.wrong = 0 }
            record.wrong += 1
            record.until = .now + Self.pause
            records[key] = record
        }
    }

    func forget(_ key: String) { _ = records.withLock { $0.removeValue(forKey: key) } }
}
