/// One entry of a VM's configuration history.
package struct ConfigurationRevision: Equatable, Sendable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Written down, not yet settled; a supervisor that finds it settles it.
        case pending
        case applied
        /// A part waits for the next start.
        case waiting
        /// Undone, because the agent refused it or could not be asked.
        case refused
    }

    package var revision: Int
    /// Milliseconds since 1970.
    package var time: Int64
    package var state: State
    package var document: String
    package var digest: String
    /// Why it was refused, or where it came from.
    package var note: String?

    package init(revision: Int, time: Int64, state: State, document: String, digest: String, note: String? = nil) {
        self.revision = revision
        self.time = time
        self.state = state
        self.document = document
        self.digest = digest
        self.note = note
    }
}
