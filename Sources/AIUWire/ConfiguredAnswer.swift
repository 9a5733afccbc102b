/// What became of a `ConfigurationOrder` in the guest.
package struct ConfiguredAnswer: Codable, Equatable, Sendable {
    package static let mostFields = 64
    package static let longestField = 64
    package static let longestRefusal = 1024

    /// The order's.
    package var revision: UInt64
    /// Of the document that the guest lives by now: the new one, or after a refusal the former.
    package var digest: String
    /// Top-level fields that have another value now.
    package var applied: [String]
    /// Why nothing was changed, when nothing was.
    package var refusal: String?

    package init(revision: UInt64, digest: String, applied: [String], refusal: String? = nil) {
        self.revision = revision
        self.digest = digest
        self.applied = applied
        self.refusal = refusal
    }

    /// The answer of a frame; one that says more than an agent ever needs to is refused.
    package init(_ frame: Frame) throws(WireError) {
        self = try frame.message(as: ConfiguredAnswer.self)
        guard digest.utf8.count <= 64, applied.count <= Self.mostFields,
            applied.allSatisfy({ $0.utf8.count <= Self.longestField }),
            (refusal?.utf8.count ?? 0) <= Self.longestRefusal
        else { throw .malformed(.configured, "it is longer than an answer can be") }
    }
}
