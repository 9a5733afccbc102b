/// One line of `aiu doctor`.
package struct HealthCheck: Equatable, Sendable, Codable {
    package enum Verdict: String, Sendable, Codable {
        case good, warning, bad
    }

    package var name: String
    package var verdict: Verdict
    package var detail: String
    /// What to do about it.
    package var remedy: String?

    package init(_ name: String, _ verdict: Verdict, _ detail: String, remedy: String? = nil) {
        self.name = name
        self.verdict = verdict
        self.detail = detail
        self.remedy = remedy
    }
}
