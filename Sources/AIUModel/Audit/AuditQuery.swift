/// Which records are wanted.
package struct AuditQuery: Equatable, Sendable {
    package static let most = 1000

    /// Only records with a higher number.
    package var after: Int64?
    /// Milliseconds since 1970, both ends included.
    package var since: Int64?
    package var until: Int64?
    package var user: String?
    package var action: String?
    package var subject: String?
    /// A text that is anywhere in the record.
    package var text: String?
    /// The newest so many of those that fit; with `after`, the oldest.
    package var limit = AuditQuery.most

    package init() {}

    package func matches(_ record: AuditRecord) -> Bool {
        if let since, record.time < since { return false }
        if let until, record.time > until { return false }
        if let after, record.sequence <= after { return false }
        if let action, record.action != action { return false }
        if let subject, record.subject != subject { return false }
        if let user, record.actor?.name != user, record.actor?.user.map({ "\($0)" }) != user { return false }
        return true
    }
}
