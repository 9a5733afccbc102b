/// What a request may use.
package struct TokenGrant: Sendable {
    package var id: RequestID
    package var promptTokens: Int
    /// As many tokens of the answer may be let through, at most.
    package var responseTokens: Int
    /// Why it is less than was asked for, for the person who sees the answer end there.
    package var limit: String?
    /// Where what is let through is counted.
    package var cell: any MeterCell
    /// The request was made before and has ended: nothing more may be let through.
    package var ended: TokenEnd?

    package init(
        id: RequestID, promptTokens: Int, responseTokens: Int, limit: String?, cell: any MeterCell,
        ended: TokenEnd? = nil
    ) {
        self.id = id
        self.promptTokens = promptTokens
        self.responseTokens = responseTokens
        self.limit = limit
        self.cell = cell
        self.ended = ended
    }
}
