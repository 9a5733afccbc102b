/// How it stands with a VM's way out.
package struct EgressState: Equatable, Sendable {
    /// Of the rules that hold; nil while none do and nothing can be reached.
    package var sequence: Int64?
    /// Connections that these rules cut.
    package var cut: Int
    /// Why nothing can be reached although the rules allow it.
    package var problem: String?
    /// The card that the VM has, while packets pass it.
    package var card: NetworkCard?
    /// Why the VM has no card, or why nothing passes it, although somebody asks for one.
    package var cardProblem: String?
    /// The certificate, in PEM, with which the proxy signs for servers.
    package var authority: [UInt8]

    package init(sequence: Int64? = nil, cut: Int = 0, problem: String? = nil, authority: [UInt8] = []) {
        self.sequence = sequence
        self.cut = cut
        self.problem = problem
        self.authority = authority
    }
}
