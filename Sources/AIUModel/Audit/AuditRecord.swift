package import AIUJSON

/// One line of the audit.
package struct AuditRecord: Equatable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Recorded before anything is done.
        case begun
        /// What came of a `begun`, which `request` names.
        case ended
        /// Something that the supervisor itself has to say.
        case noted
        /// Carries a signature over all lines before it.
        case checkpoint
        /// Older lines were removed; the last of them is named.
        case retired
    }

    /// Rises by one with every line, across restarts and files.
    package var sequence: Int64
    package var kind: Kind
    /// Milliseconds since 1970.
    package var time: Int64
    package var request: Int64?
    package var actor: AuditActor?
    package var action: String?
    package var subject: String?
    /// `done`, or the reason of a refusal or failure.
    package var outcome: String?
    package var message: String?
    package var detail: JSON?
    /// The version of the policy that was in force; 0 before the first.
    package var policy: Int64?
    /// Of whom the sealed part tells: a number that says nothing by itself.
    package var person: String?
    /// Actor, detail and message, encrypted with that person's key; only as the record is kept.
    package var sealed: String?
    /// That key was erased, and with it all that this said about the person.
    package var erased: Bool?
    /// Of a checkpoint, in hex.
    package var signature: String?

    package init(sequence: Int64, kind: Kind, time: Int64) {
        self.sequence = sequence
        self.kind = kind
        self.time = time
    }
}
