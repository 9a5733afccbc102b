package import AIUModel

/// One request for tokens, running or ended.
package struct RequestState: Hashable, Sendable {
    /// In which account, and in which of its windows, it is counted.
    package struct Charge: Hashable, Sendable {
        package var account: String
        package var epoch: Int64

        package init(account: String, epoch: Int64) {
            self.account = account
            self.epoch = epoch
        }
    }

    /// How it ended.
    package struct Ending: Hashable, Sendable {
        package var end: TokenEnd
        package var time: Int64
        /// Prompt and what was let through, or what must be taken for it.
        package var charged: Int

        package init(end: TokenEnd, time: Int64, charged: Int) {
            self.end = end
            self.time = time
            self.charged = charged
        }
    }

    package let id: RequestID
    package let subject: TokenSubject
    package let policy: Int64
    package let tool: ToolName?
    package let promptTokens: Int
    package let responseMax: Int
    package let time: Int64
    /// As many tokens of the answer may be let through in the end.
    package let allowed: Int
    /// Why that is less than was asked for.
    package let limit: String?
    package let charges: [Charge]
    /// Where its tokens are counted, and how that place knows that it is its own.
    package let cell: CellID
    /// As many may be let through so far.
    package var leased: Int
    /// When it is taken for forgotten.
    package var expires: Int64
    package var ending: Ending?

    package init(
        id: RequestID, subject: TokenSubject, policy: Int64, tool: ToolName?, promptTokens: Int, responseMax: Int,
        time: Int64, allowed: Int, limit: String?, charges: [Charge], cell: CellID, leased: Int, expires: Int64,
        ending: Ending?
    ) {
        self.id = id
        self.subject = subject
        self.policy = policy
        self.tool = tool
        self.promptTokens = promptTokens
        self.responseMax = responseMax
        self.time = time
        self.allowed = allowed
        self.limit = limit
        self.charges = charges
        self.cell = cell
        self.leased = leased
        self.expires = expires
        self.ending = ending
    }

    package var reserved: Int { promptTokens + allowed }
    /// Of the answer; 0 when not even the prompt was charged.
    package var delivered: Int { max(0, (ending?.charged ?? 0) - promptTokens) }

    /// Whether this is what was asked for under its name. The policy may have changed in between.
    package func isSame(as request: TokenRequest) -> Bool {
        subject == request.subject && tool == request.tool && promptTokens == request.promptTokens
            && responseMax == request.responseMax
    }

    /// As people are shown it.
    package var record: TokenRecord {
        TokenRecord(
            id: id, subject: subject, policy: policy, tool: tool, time: time, ended: ending?.time, end: ending?.end,
            promptTokens: promptTokens, responseMax: responseMax, reserved: reserved, delivered: ending?.charged,
            refunded: ending.map { reserved - $0.charged }, accounts: charges.map(\.account))
    }
}
