/// Something about a budget that people want to be told; each of them once in a window.
package struct TokenNews: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// So many thousandths of it are used.
        case warning(Int)
        case exhausted
    }

    package var kind: Kind
    package var account: TokenAccount

    package init(_ kind: Kind, _ account: TokenAccount) {
        self.kind = kind
        self.account = account
    }
}
