internal import AIUSystem
internal import Synchronization

/// Tells the log of refusals that anybody can cause, but only so many: the rest are counted.
final class ComplaintLog: Sendable {
    private struct State {
        var since = ContinuousClock.now
        var told = 0
        var kept = 0
    }

    private static let most = 10
    private static let period: Duration = .seconds(60)

    private let log: Log
    private let state = Mutex(State())

    init(_ log: Log) { self.log = log }

    func warning(_ message: String) {
        let (isTold, kept) = state.withLock { state -> (Bool, Int) in
            var before = 0
            if ContinuousClock.now - state.since > Self.period {
                before = state.kept
                state = State()
            }
            guard state.told < Self.most else {
                state.kept += 1
                return (false, before)
            }
            state.told += 1
            return (true, before)
        }
        if kept > 0 { log.warning("\(kept) more refusals of this kind were not told") }
        if isTold { log.warning(message) }
    }
}
