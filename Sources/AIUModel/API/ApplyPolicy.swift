/// A new policy. Exactly one of `document`, `rollbackTo` and `reload`.
package struct ApplyPolicy: Equatable, Sendable, Codable {
    /// A whole document, as text, so that a refusal can name the line and comments stay.
    package var document: String?
    /// The number of an earlier version, which becomes a new one.
    package var rollbackTo: Int64?
    /// Takes the file in the state directory as it stands there now.
    package var reload: Bool?
    /// Refused when another version is in force: somebody else was faster.
    package var expectedVersion: Int64?
    package var note: String?
    /// Only says what would happen.
    package var dryRun: Bool?

    package init(
        document: String? = nil, rollbackTo: Int64? = nil, reload: Bool? = nil, expectedVersion: Int64? = nil,
        note: String? = nil, dryRun: Bool? = nil
    ) {
        self.document = document
        self.rollbackTo = rollbackTo
        self.reload = reload
        self.expectedVersion = expectedVersion
        self.note = note
        self.dryRun = dryRun
    }
}
