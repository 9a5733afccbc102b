/// The policy as people change it and ask about it.
package protocol PolicyControl: Sendable {
    var book: any PolicyBook { get }
    func policy() async throws(Failure) -> PolicyView
    /// Wholly or not at all.
    func apply(_ request: ApplyPolicy, by author: String) async throws(Failure) -> PolicyOutcome
    func explain(_ question: ExplainPolicy) async throws(Failure) -> PolicyExplanation
    /// The newest first, without their documents.
    func policyHistory(limit: Int) async throws(Failure) -> [PolicyVersion]
    func policyVersion(_ number: Int64) async throws(Failure) -> PolicyVersion
}
