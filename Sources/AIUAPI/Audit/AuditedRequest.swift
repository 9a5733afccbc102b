internal import AIUJSON
internal import AIUModel
internal import AIUPolicy
internal import AIUSystem
internal import Synchronization

/// One request's two records: what was asked for, and what came of it.
final class AuditedRequest: Sendable {
    private struct State {
        var isOver = false
        /// Why it was ended, whatever it says itself when it ends.
        var cut: Failure?
        /// Its end is that of an answer, which is kept with it.
        var awaitsAnswer = false
        /// What it was said to have ended with before that.
        var early: Failure?
    }

    private let trail: any AuditTrail
    private let entry: AuditEntry
    private let number: Int64
    private let state = Mutex(State())

    /// Throws when it cannot be recorded; then nothing may be done.
    init(_ entry: AuditEntry, _ trail: any AuditTrail) throws(Failure) {
        self.trail = trail
        self.entry = entry
        number = try trail.begin(entry)
    }

    /// Only the first end counts.
    func ended(_ failure: Failure? = nil) {
        let (wasOver, cut) = state.withLock { state in
            guard !state.awaitsAnswer else {
                state.early = state.early ?? failure
                return (true, nil as Failure?)
            }
            defer { state.isOver = true }
            return (state.isOver, state.cut)
        }
        if !wasOver { trail.end(number, entry, cut ?? failure) }
    }

    /// From now on `answered` says how it ended. False: back to `ended`, because there is nobody who could answer.
    func awaitAnswer(_ awaits: Bool) { state.withLock { $0.awaitsAnswer = awaits } }

    /// Throws when the answer cannot be kept; then it must not come to its end.
    func answered(_ answer: JSON, _ failure: Failure?) throws(Failure) {
        let (wasOver, reason) = state.withLock { state in
            defer { (state.isOver, state.awaitsAnswer) = (true, false) }
            return (state.isOver, failure == nil ? state.cut : state.cut ?? state.early ?? failure)
        }
        guard !wasOver else { return }
        do throws(Failure) {
            try trail.end(number, entry, reason, answer: answer)
        } catch {
            trail.end(number, entry, error)
            throw error
        }
    }

    /// It is being ended, which it need not notice before it says how it ended.
    func cut(_ failure: Failure) { state.withLock { $0.cut = $0.cut ?? failure } }

    /// For threads that must not wait for a disk.
    func endedElsewhere(_ failure: Failure? = nil) {
        Task { ended(failure) }
    }
}

extension AuditEntry {
    init(_ request: Request, to route: Route, _ contents: AuditRules.Contents) {
        let places = ["name", "reference", "model", "profile", "token", "secret"]
        let inPath = places.lazy.compactMap { request.path[$0] }.first
        let body = AuditDetail.body(of: request)
        self.init(
            actor: request.actor, action: route.identifier,
            subject: inPath ?? request.query["name"] ?? AuditDetail.name(in: body),
            detail: AuditDetail.of(request, body, contents))
    }
}

extension Request {
    var actor: AuditActor { caller.actor }

    /// Whoever asks, as a policy's history names them.
    var author: String { actor.name ?? actor.user.map { "user \($0)" } ?? "someone unknown" }
}
