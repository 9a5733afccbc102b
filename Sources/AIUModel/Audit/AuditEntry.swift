package import AIUJSON

/// Something that is about to be done, or that happened, before it has a place in the audit.
package struct AuditEntry: Equatable, Sendable {
    package var actor: AuditActor
    /// The interface's name for it, such as `startVM`.
    package var action: String
    /// The VM or other thing that it is done to.
    package var subject: String?
    package var detail: JSON?

    package init(actor: AuditActor, action: String, subject: String? = nil, detail: JSON? = nil) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}
