/// What an apply did, or would do.
package struct ConfigurationOutcome: Equatable, Sendable, Codable {
    package var dryRun: Bool
    package var changes: [FieldChange]
    /// The revision that holds now.
    package var revision: Int
    /// True when the agent confirmed what is live.
    package var confirmed: Bool

    package init(dryRun: Bool, changes: [FieldChange], revision: Int, confirmed: Bool) {
        self.dryRun = dryRun
        self.changes = changes
        self.revision = revision
        self.confirmed = confirmed
    }
}
