/// New rules hold.
package struct EgressApplied: Codable, Equatable, Sendable {
    package var sequence: Int64
    /// Connections that the rules no longer allow, and that were ended.
    package var cut: Int

    package init(sequence: Int64, cut: Int) {
        self.sequence = sequence
        self.cut = cut
    }
}
