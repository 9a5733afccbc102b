/// Where the versions of the policy are kept. Every call is durable when it returns.
package protocol PolicyStore: Sendable {
    /// The newest, with its document; `isWritten` is false while the file beside it is still to follow.
    func newestPolicy() throws(Failure) -> (version: PolicyVersion, isWritten: Bool)?
    /// A new version with its document. Its number must be the next.
    func addPolicy(_ version: PolicyVersion) throws(Failure)
    /// The file says the same now.
    func markPolicyWritten(_ number: Int64) throws(Failure)
    /// Takes back one whose file could not be written.
    func dropPolicy(_ number: Int64) throws(Failure)
    func policyVersions(limit: Int) throws(Failure) -> [PolicyVersion]
    func policyVersion(_ number: Int64) throws(Failure) -> PolicyVersion?
}
