package import AIUJSON

/// A part of a policy document that every scope may have. A narrower scope may only tighten it.
package protocol PolicySection: Equatable, Sendable {
    init(_ node: JSONNode) throws(PolicyProblem)

    /// Refuses what would allow more than `outer` does, by the way to the value from this section, with the outer value.
    func check(within outer: Self) throws(PolicyProblem)

    /// What is in force where both hold. Never wider than either, also where nobody checked them against each other.
    func tightened(by inner: Self) -> Self

    /// As it would be written, without what it does not say: what people are shown, and what differs after a change.
    var json: JSON { get }
}
