/// What a text may cost before it is refused.
package struct JSONLimits: Equatable, Sendable {
    package var maxBytes: Int
    package var maxDepth: Int
    /// Elements and members, counted over the whole text.
    package var maxMembers: Int

    package init(maxBytes: Int = 1 << 20, maxDepth: Int = 64, maxMembers: Int = 100_000) {
        self.maxBytes = maxBytes
        self.maxDepth = maxDepth
        self.maxMembers = maxMembers
    }

    package static let standard = JSONLimits()

    /// Longer spellings of a number carry no more precision, only work.
    static let maxNumberBytes = 1024
}
