package import AIUJSON

/// The record of who did what. What it cannot keep must not be done.
///
/// Whatever reads much of it waits on a thread of its own, and ends when the task that asked is cancelled.
package protocol AuditTrail: Sendable {
    /// Keeps what is about to be done, on the disk when this returns; gives the record's number.
    func begin(_ entry: AuditEntry) throws(Failure) -> Int64
    /// Keeps what came of it; on the disk with the next record that is begun.
    func end(_ number: Int64, _ entry: AuditEntry, _ failure: Failure?)
    /// Keeps what came of it with what was answered, on the disk when this returns.
    func end(_ number: Int64, _ entry: AuditEntry, _ failure: Failure?, answer: JSON) throws(Failure)
    /// In the order of their numbers.
    func records(_ query: AuditQuery) async throws(Failure) -> [AuditRecord]
    func verify(expecting head: AuditHead?) async throws(Failure) -> AuditReport
    /// The lines as they are, in pieces: those up to the last one that is there when this is called.
    /// `readable` puts the keys of the people in them first; without those only the chain can be proven.
    func export(readable: Bool, _ take: (consuming [UInt8]) async -> Bool) async throws(Failure)
    /// Makes all that is said about somebody unreadable for ever, and keeps the chain; gives their numbers in the audit.
    func erase(_ who: AccountReference) async throws(Failure) -> [String]
    /// What signatures are checked with, in hex.
    var publicKey: String { get }
}

/// The end of the audit at some time, as somebody noted it elsewhere.
package struct AuditHead: Equatable, Sendable {
    package let sequence: Int64
    package let digest: String

    package init(sequence: Int64, digest: String) {
        self.sequence = sequence
        self.digest = digest
    }

    /// `123:<64 hex digits>`.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int64(parts[0]), sequence > 0, HexDigest.isSHA256(parts[1])
        else { return nil }
        self.init(sequence: sequence, digest: String(parts[1]))
    }
}
