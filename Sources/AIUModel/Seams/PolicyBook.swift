/// The policy in force. Read at every decision, so that a change holds from the next one on.
package protocol PolicyBook: Sendable {
    /// In every record of the audit. 0 before the first document was applied.
    var version: Int64 { get }
    /// Never fails: a document that is wrong is never in force.
    func effective(_ subject: PolicySubject) -> PolicyInForce
    /// The versions that are applied from now on.
    func changes() -> AsyncStream<Int64>
}
