/// What VMs reach, as people change it and ask about it.
package protocol NetworkControl: Sendable {
    func network(of name: VMName) async throws(Failure) -> NetworkView
    /// Those of all VMs that run, sorted by name.
    func networks() async -> [NetworkView]
    /// `author` asks for it; it holds when this returns, also for connections that are open.
    func changeNetwork(of name: VMName, _ change: ChangeNetwork, by author: String) async throws(Failure) -> NetworkView
    func testNetwork(of name: VMName, _ question: TestNetwork) async throws(Failure) -> NetworkAnswer
    /// The newest decisions, the oldest of them first.
    func decisions(of name: VMName, limit: Int) async throws(Failure) -> [EgressDecision]
    /// Decisions from now on.
    func decisionStream(of name: VMName) async throws(Failure) -> AsyncStream<EgressDecision>
    func secrets() async throws(Failure) -> [SecretSummary]
    func setSecret(_ name: String, _ secret: SetSecret) async throws(Failure) -> SecretSummary
    func removeSecret(_ name: String) async throws(Failure)
}
