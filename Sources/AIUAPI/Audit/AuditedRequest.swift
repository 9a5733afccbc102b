internal import AIUModel
internal import AIUPolicy
internal import AIUSystem

/// One request's two records: what was asked for, and what came of it.
struct AuditedRequest: Sendable {
    private let trail: any AuditTrail
    private let entry: AuditEntry
    private let number: Int64

    /// Throws when it cannot be recorded; then nothing may be done.
    init(_ entry: AuditEntry, _ trail: any AuditTrail) throws(Failure) {
        self.trail = trail
        self.entry = entry
        number = try trail.begin(entry)
    }

    func ended(_ failure: Failure? = nil) { trail.end(number, entry, failure) }

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
