internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// Looks again and again at those for whom something goes on, and has it cut off where they may not have it any more.
///
/// What begins is decided when it begins; without this a token that is revoked, or a role that is taken away, would still see
/// events, or hold a shell, for as long as its connection lasts.
struct RightsWatch: Sendable {
    /// Something that goes on, and what ends it.
    typealias Watched = (running: RunningRequest, cut: @Sendable (Failure) -> Void)

    private let settings: APISettings
    private let log: Log
    /// Since when a directory has not said anything of somebody.
    private var silentSince: [String: ContinuousClock.Instant] = [:]

    init(_ settings: APISettings, _ log: Log) {
        self.settings = settings
        self.log = log
    }

    /// Asks once for each identity, however much goes on for it.
    mutating func look(
        at all: [Watched], _ renew: (Caller) async throws(Failure) -> Caller
    ) async {
        var known: [String: Result<Caller, Failure>] = [:]
        for watched in all {
            let key = watched.running.caller.key
            if known[key] == nil {
                do throws(Failure) {
                    known[key] = .success(try await renew(watched.running.caller))
                } catch {
                    known[key] = .failure(error)
                }
            }
            guard let now = known[key], let reason = verdict(now, watched.running, key) else { continue }
            let failure = Failure(reason.reason, "this was ended while it ran: \(reason.message)")
            log.warning("\(watched.running.caller.actor): \(watched.running.action): \(failure)")
            watched.cut(failure)
        }
        silentSince = silentSince.filter { known[$0.key] != nil }
    }

    /// Why it may not go on; nil when it may.
    private mutating func verdict(
        _ now: Result<Caller, Failure>, _ running: RunningRequest, _ key: String
    ) -> Failure? {
        do throws(Failure) {
            try running.check(try now.get())
            silentSince[key] = nil
            return nil
        } catch {
            if error.reason == .denied || error.reason == .unauthenticated { return error }
            // Whoever was let in is not thrown out by a directory that is away for a moment.
            let since = silentSince[key] ?? .now
            silentSince[key] = since
            return ContinuousClock.now - since < settings.directoryPatience ? nil : error
        }
    }
}
