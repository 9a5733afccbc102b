/// One request for tokens, as the ledger keeps it.
package struct TokenRecord: Equatable, Sendable, Codable {
    package var id: RequestID
    package var subject: TokenSubject
    package var policy: Int64
    package var tool: ToolName?
    /// Milliseconds since 1970.
    package var time: Int64
    package var ended: Int64?
    package var end: TokenEnd?
    package var promptTokens: Int
    package var responseMax: Int
    /// Prompt and granted answer.
    package var reserved: Int
    /// Prompt and what was let through; `nil` while it runs.
    package var delivered: Int?
    package var refunded: Int?
    /// The accounts that it was counted in.
    package var accounts: [String]

    package init(
        id: RequestID, subject: TokenSubject, policy: Int64, tool: ToolName?, time: Int64,
        ended: Int64?,
        end: TokenEnd?, promptTokens: Int, responseMax: Int, reserved: Int, delivered: Int?,
        refunded: Int?,
        accounts: [String]
    ) {
        self.id = id
        self.subject = subject
        self.policy = policy
        self.tool = tool
        self.time = time
        self.ended = ended
        self.end = end
        self.promptTokens = promptTokens
        self.responseMax = responseMax
        self.reserved = reserved
        self.delivered = delivered
        self.refunded = refunded
        self.accounts = accounts
    }
}
