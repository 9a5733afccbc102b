/// A change of a VM's configuration. Exactly one of `document`, `changes` and `rollbackTo`.
package struct ApplyConfiguration: Equatable, Sendable, Codable {
    /// A whole document; what it does not name becomes the default.
    package var document: String?
    /// A part of a document; what it does not name stays.
    package var changes: String?
    /// The number of an earlier revision.
    package var rollbackTo: Int?
    /// Refused when the current revision is another one: somebody else was faster.
    package var expectedRevision: Int?
    /// Only says what would happen.
    package var dryRun: Bool?
    package var timeoutMilliseconds: Int?

    package init(
        document: String? = nil, changes: String? = nil, rollbackTo: Int? = nil, expectedRevision: Int? = nil,
        dryRun: Bool? = nil, timeoutMilliseconds: Int? = nil
    ) {
        self.document = document
        self.changes = changes
        self.rollbackTo = rollbackTo
        self.expectedRevision = expectedRevision
        self.dryRun = dryRun
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
