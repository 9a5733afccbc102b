/// Counts what is let through of one answer, where it outlives the supervisor.
package protocol MeterCell: Sendable {
    /// Tokens of the answer that were let through.
    var delivered: Int { get }
    /// So many may be let through before the next lease.
    var leased: Int { get }
    /// Counts tokens; to be called before their text goes to the client. False, and nothing is counted, when they are
    /// not all leased, or the request has ended.
    func count(_ tokens: Int) -> Bool
}
